interface Flow<T> {
  readonly item: T;
  /** Virtual time at which the flow's next piece of work starts. */
  start: number;
  /** Whether it has work to offer. */
  active: boolean;
}

/**
 * Start-time fair queueing (Goyal, Vin, Cheng: "Start-time Fair Queuing", 1996):
 * the active flow with the earliest start goes next, and every piece of work
 * moves its flow's start by its cost. A flow that had nothing to offer
 * resumes at the current virtual time, so it neither saves up credit nor owes.
 */
export class FairQueue<T> {
  readonly #flows = new Map<T, Flow<T>>();
  #now = 0;

  get size(): number {
    return this.#flows.size;
  }

  add(item: T): void {
    this.#flows.set(item, { item, start: this.#now, active: true });
  }

  remove(item: T): void {
    this.#flows.delete(item);
  }

  /** The flow has work to offer. */
  activate(item: T): void {
    const flow = this.#flows.get(item);
    if (!flow || flow.active) return;
    flow.active = true;
    flow.start = Math.max(flow.start, this.#now);
  }

  /** The flow has nothing to offer until it is activated again. */
  deactivate(item: T): void {
    const flow = this.#flows.get(item);
    if (flow) flow.active = false;
  }

  /** The active flow whose turn it is, if there is one. */
  first(): T | undefined {
    let first: Flow<T> | undefined;
    for (const flow of this.#flows.values()) {
      if (flow.active && (!first || flow.start < first.start)) first = flow;
    }
    if (first) this.#now = Math.max(this.#now, first.start);
    return first?.item;
  }

  /** Charges a flow for work; a negative cost corrects an estimate. */
  charge(item: T, cost: number): void {
    const flow = this.#flows.get(item);
    if (flow) flow.start += cost;
  }
}

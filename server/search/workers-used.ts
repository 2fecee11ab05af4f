import type { Hop } from "../engine/workers.ts";

/** The workers that had ranges of one search: threads, and seats of other servers. */
export class WorkersUsed {
  /** Until when each may go on with ranges whose end nobody has confirmed. */
  readonly #untilMs = new Map<object, number>();

  /** A range of a worker has settled. */
  note(worker: object, hop: Hop | undefined): void {
    const before = this.#untilMs.get(worker) ?? 0;
    const endsWithinMs = hop ? unconfirmedMs(hop) : 0;
    this.#untilMs.set(worker, Math.max(before, endsWithinMs > 0 ? performance.now() + endsWithinMs : 0));
  }

  get size(): number {
    return this.#untilMs.size;
  }

  /** Those that are done with it: confirmed, or by their deadlines. */
  get idle(): number {
    const nowMs = performance.now();
    return [...this.#untilMs.values()].filter((untilMs) => untilMs <= nowMs).length;
  }
}

/** Within what time a range has ended, its parts on servers behind the hop included; 0: it has. */
function unconfirmedMs({ isConfirmed, endsWithinMs, behind }: Hop): number {
  const parts = behind.filter(({ unconfirmed }) => unconfirmed > 0);
  return Math.max(isConfirmed ? 0 : endsWithinMs, ...parts.map(({ endsWithinMs }) => endsWithinMs));
}

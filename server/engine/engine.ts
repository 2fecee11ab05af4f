import type { ScanJob } from "../kernel/scan.ts";
import { FairQueue } from "./fair-queue.ts";
import type { Slice, SliceResult, Workers } from "./workers.ts";

/** Work for the engine: a source of scans, given out one slice at a time. */
export interface Task {
  /** Whose work it is: workers are shared equally between clients. */
  readonly client: string;
  /** The next scan, of at most `count` candidates; undefined when there is none for now. */
  nextScan(count: number): ScanJob | undefined;
  /** The scan has ended. */
  settled(job: ScanJob, outcome: Outcome): void;
}

/** How a scan ended. */
export interface Outcome {
  readonly worker: number;
  /** Undefined when its worker crashed, and the range must be redone. */
  readonly result: SliceResult | undefined;
  /** Candidates computed, those of a crashed worker included as far as it had told. */
  readonly computed: number;
}

interface Client {
  readonly name: string;
  readonly tasks: FairQueue<Entry>;
}

interface Entry {
  readonly task: Task;
  readonly client: Client;
  readonly running: Map<ScanJob, Slice>;
  /** Candidates a millisecond on one worker, from its own slices so far. */
  rate: number;
}

// Of a task whose speed is not known yet, a quarter of a slice.
const firstShare = 0.25;

/**
 * Shares the workers between clients, then between each client's tasks, in
 * slices of some milliseconds.
 *
 * Slices are given out in a step of their own, never in the turn of the event
 * loop in which one came back: a port hands over up to 1,000 queued messages in
 * one turn, and whoever posts the next job from within the handler gets the
 * next answer in the same turn whenever handling takes as long as a slice.
 * A turn would then last seconds, and no abort be heard meanwhile.
 */
export class Engine {
  readonly #workers: Workers;
  readonly #clients = new Map<string, Client>();
  readonly #queue = new FairQueue<Client>();
  readonly #entries = new Map<Task, Entry>();
  #settledHashes = 0;
  /** What a new task is taken to compute a millisecond, until its own slices tell. */
  #usualRate = 500;
  #dispatching: NodeJS.Immediate | undefined;

  /** @param workers are the engine's from now on: it ends them when it is closed */
  constructor(workers: Workers) {
    this.#workers = workers;
  }

  get workers(): number {
    return this.#workers.size;
  }

  get busy(): number {
    return this.#workers.busy;
  }

  /** Candidates tried by all workers since the start. */
  get hashes(): number {
    let hashes = this.#settledHashes;
    for (const entry of this.#entries.values()) hashes += triedBy(entry);
    return hashes;
  }

  add(task: Task): void {
    let client = this.#clients.get(task.client);
    if (!client) {
      client = { name: task.client, tasks: new FairQueue() };
      this.#clients.set(client.name, client);
      this.#queue.add(client);
    }
    const entry: Entry = { task, client, running: new Map(), rate: 0 };
    this.#entries.set(task, entry);
    client.tasks.add(entry);
    this.#queue.activate(client);
    this.#dispatchSoon();
  }

  /** The task may have scans to offer again. */
  wake(task: Task): void {
    const entry = this.#entries.get(task);
    if (!entry) return;
    entry.client.tasks.activate(entry);
    this.#queue.activate(entry.client);
    this.#dispatchSoon();
  }

  /** Stops the task's scans that start at or after the index; all without one. */
  interrupt(task: Task, from = 0n): void {
    const entry = this.#entries.get(task);
    if (!entry) return;
    for (const [job, slice] of entry.running) {
      if (job.start >= from) slice.interrupt();
    }
  }

  /** Candidates tried so far by the task's scans that still run. */
  tried(task: Task): number {
    const entry = this.#entries.get(task);
    return entry ? triedBy(entry) : 0;
  }

  /** Forgets a task. Its scans must have settled. */
  remove(task: Task): void {
    const entry = this.#entries.get(task);
    if (!entry) return;
    this.#entries.delete(task);
    const { client } = entry;
    client.tasks.remove(entry);
    if (client.tasks.size > 0) return;
    this.#queue.remove(client);
    this.#clients.delete(client.name);
  }

  /** Ends the workers. Only for the end of the process. */
  async close(): Promise<void> {
    clearImmediate(this.#dispatching);
    await this.#workers.close();
  }

  #dispatchSoon(): void {
    this.#dispatching ??= setImmediate(() => {
      this.#dispatching = undefined;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#workers.hasIdle) {
      const client = this.#queue.first();
      if (!client) return;
      const entry = client.tasks.first();
      if (!entry) {
        this.#queue.deactivate(client);
        continue;
      }
      const job = entry.task.nextScan(this.#sliceOf(entry));
      if (!job) {
        client.tasks.deactivate(entry);
        continue;
      }
      this.#run(entry, job);
    }
  }

  #run(entry: Entry, job: ScanJob): void {
    const { sliceMs } = this.#workers;
    this.#charge(entry, sliceMs);
    const slice = this.#workers.run(job, (result) => {
      entry.running.delete(job);
      const computed = result?.tried ?? slice.tried;
      this.#settledHashes += computed;
      if (result) {
        this.#charge(entry, result.tookMs - sliceMs);
        this.#learn(entry, result);
      }
      entry.task.settled(job, { worker: slice.worker, result, computed });
      this.#dispatchSoon();
    });
    entry.running.set(job, slice);
  }

  #charge(entry: Entry, ms: number): void {
    this.#queue.charge(entry.client, ms);
    entry.client.tasks.charge(entry, ms);
  }

  #learn(entry: Entry, { tried, tookMs }: SliceResult): void {
    if (tookMs < 0.5 || tried === 0) return;
    const rate = tried / tookMs;
    entry.rate = entry.rate === 0 ? rate : 0.7 * entry.rate + 0.3 * rate;
    this.#usualRate = 0.9 * this.#usualRate + 0.1 * rate;
  }

  #sliceOf(entry: Entry): number {
    const { sliceMs } = this.#workers;
    const candidates = entry.rate === 0 ? firstShare * sliceMs * this.#usualRate : sliceMs * entry.rate;
    return Math.max(1, Math.min(Math.round(candidates), 2 ** 31));
  }
}

function triedBy(entry: Entry): number {
  let tried = 0;
  for (const slice of entry.running.values()) tried += slice.tried;
  return tried;
}

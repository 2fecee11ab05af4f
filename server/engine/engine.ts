import type { KernelName } from "../kernel/kernels.ts";
import type { ScanJob, ScanResult } from "../kernel/scan.ts";
import { FairQueue } from "./fair-queue.ts";
import { Pool, type Run } from "./pool.ts";

/** Work for the engine: a source of scans, given out one slice at a time. */
export interface Task {
  /** Whose work it is: workers are shared equally between clients. */
  readonly client: string;
  /** The next scan, of at most `count` candidates; undefined when there is none for now. */
  nextScan(count: number): ScanJob | undefined;
  /** The scan has ended; undefined when its worker crashed and the range must be redone. */
  settled(job: ScanJob, result: ScanResult | undefined, worker: number): void;
}

export interface EngineOptions {
  /** Number of threads, at least 1. */
  readonly workers: number;
  /** What they compute with. */
  readonly kernel: KernelName;
  /** Hears when a thread crashed; it has been replaced. */
  readonly onCrash: (error: Error) => void;
}

interface Client {
  readonly name: string;
  readonly tasks: FairQueue<Entry>;
}

interface Entry {
  readonly task: Task;
  readonly client: Client;
  readonly running: Map<ScanJob, Run>;
  /** Candidates a millisecond on one worker, from its own slices so far. */
  rate: number;
}

// Short enough that a waiting search starts at once, long enough that handing
// over costs little.
const sliceMs = 8;
const firstSliceMs = 2;

/**
 * Shares the worker threads between clients, then between each client's tasks,
 * in slices of some milliseconds.
 */
export class Engine {
  readonly #pool: Pool;
  readonly #clients = new Map<string, Client>();
  readonly #queue = new FairQueue<Client>();
  readonly #entries = new Map<Task, Entry>();
  #settledHashes = 0;
  /** What a new task is taken to compute a millisecond, until its own slices tell. */
  #usualRate = 500;

  constructor({ workers, kernel, onCrash }: EngineOptions) {
    this.#pool = new Pool(workers, kernel, onCrash);
  }

  get workers(): number {
    return this.#pool.size;
  }

  get busy(): number {
    return this.#pool.busy;
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
    this.#dispatch();
  }

  /** The task may have scans to offer again. */
  wake(task: Task): void {
    const entry = this.#entries.get(task);
    if (!entry) return;
    entry.client.tasks.activate(entry);
    this.#queue.activate(entry.client);
    this.#dispatch();
  }

  /** Stops the task's scans that start at or after the index; all without one. */
  interrupt(task: Task, from = 0n): void {
    const entry = this.#entries.get(task);
    if (!entry) return;
    for (const [job, run] of entry.running) {
      if (job.start >= from) run.interrupt();
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

  /** Ends the threads. Only for the end of the process. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  #dispatch(): void {
    while (this.#pool.hasIdle) {
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
    const started = performance.now();
    this.#charge(entry, sliceMs);
    const run = this.#pool.run(job, (result) => {
      const took = performance.now() - started;
      this.#charge(entry, took - sliceMs);
      entry.running.delete(job);
      if (result) this.#learn(entry, result.tried, took);
      entry.task.settled(job, result, run.worker);
      this.#dispatch();
    });
    entry.running.set(job, run);
  }

  #charge(entry: Entry, ms: number): void {
    this.#queue.charge(entry.client, ms);
    entry.client.tasks.charge(entry, ms);
  }

  #learn(entry: Entry, tried: number, tookMs: number): void {
    this.#settledHashes += tried;
    if (tookMs < 0.5 || tried === 0) return;
    const rate = tried / tookMs;
    entry.rate = entry.rate === 0 ? rate : 0.7 * entry.rate + 0.3 * rate;
    this.#usualRate = 0.9 * this.#usualRate + 0.1 * rate;
  }

  #sliceOf(entry: Entry): number {
    const candidates = entry.rate === 0 ? firstSliceMs * this.#usualRate : sliceMs * entry.rate;
    return Math.max(1, Math.min(Math.round(candidates), 2 ** 31));
  }
}

function triedBy(entry: Entry): number {
  let tried = 0;
  for (const run of entry.running.values()) tried += run.tried;
  return tried;
}

import type { ScanJob } from "../kernel/scan.ts";
import { FairQueue } from "./fair-queue.ts";
import type { Hop, Machine, Slice, SliceJob, SliceResult, Trace, Workers } from "./workers.ts";

/** Work for the engine: a source of scans, given out one slice at a time. */
export interface Task {
  /** Whose work it is: workers are shared equally between clients. */
  readonly client: string;
  /** The next scan, of at most `count` candidates; undefined when there is none for now. */
  nextScan(count: number): SliceJob | undefined;
  /** The scan has ended. */
  settled(job: ScanJob, outcome: Outcome): void;
}

/** How a scan ended. */
export interface Outcome {
  readonly worker: object;
  /** Undefined when its worker crashed, and the range must be redone. */
  readonly result: SliceResult | undefined;
  /** Candidates computed, those of a crashed worker included as far as it had told. */
  readonly computed: number;
  /** The other server that computed it, if one did. */
  readonly hop: Hop | undefined;
  /** Of the thread that computed it, if one did. */
  readonly trace: Trace | undefined;
}

interface Client {
  readonly name: string;
  readonly tasks: FairQueue<Entry>;
}

interface Entry {
  readonly task: Task;
  readonly client: Client;
  readonly running: Map<ScanJob, Slice>;
  /** Candidates a millisecond on one worker of each machine, from its own slices so far. */
  readonly rates: WeakMap<Machine, number>;
}

// Of a task whose speed is not known yet, a quarter of a slice.
const firstShare = 0.25;

// To hand one to another server takes half a millisecond: 64 in one turn of the
// event loop would delay a Stop by all of them.
const slicesATurn = 8;

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
  /** Of each kind. */
  readonly #kinds: readonly Workers[];
  readonly #clients = new Map<string, Client>();
  readonly #queue = new FairQueue<Client>();
  readonly #entries = new Map<Task, Entry>();
  #settledHashes = 0;
  /** What a new task is taken to compute a millisecond, until its own slices tell. */
  readonly #usualRates = new WeakMap<Machine, number>();
  #dispatching: NodeJS.Immediate | undefined;

  /** @param kinds workers of each kind; they are the engine's from now on: it ends them when it is closed */
  constructor(...kinds: readonly Workers[]) {
    this.#kinds = kinds;
    for (const workers of kinds) workers.onIdle(() => this.#dispatchSoon());
  }

  get workers(): number {
    return this.#kinds.reduce((sum, { size }) => sum + size, 0);
  }

  get busy(): number {
    return this.#kinds.reduce((sum, { busy }) => sum + busy, 0);
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
    const entry: Entry = { task, client, running: new Map(), rates: new WeakMap() };
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

  /** The same for each of them. */
  triedEach(task: Task): ReadonlyMap<ScanJob, number> {
    const slices = this.#entries.get(task)?.running ?? new Map<ScanJob, Slice>();
    return new Map([...slices].map(([job, { tried }]) => [job, tried]));
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
    await Promise.all(this.#kinds.map((workers) => workers.close()));
  }

  #dispatchSoon(): void {
    this.#dispatching ??= setImmediate(() => {
      this.#dispatching = undefined;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    let given = 0;
    for (const workers of this.#kinds) {
      for (let machine = workers.next; machine; machine = workers.next) {
        if (given === slicesATurn) {
          this.#dispatchSoon();
          return;
        }
        if (!this.#giveTo(machine, workers)) break;
        given++;
      }
    }
  }

  /** Gives the next slice to an idle worker of a machine, if there is one to give. */
  #giveTo(machine: Machine, workers: Workers): boolean {
    for (let client = this.#queue.first(); client; client = this.#queue.first()) {
      for (let entry = client.tasks.first(); entry; entry = client.tasks.first()) {
        const job = entry.task.nextScan(this.#sliceOf(entry, machine, workers.sliceMs));
        if (job) {
          this.#run(entry, job, machine, workers);
          return true;
        }
        client.tasks.deactivate(entry);
      }
      this.#queue.deactivate(client);
    }
    return false;
  }

  #run(entry: Entry, job: SliceJob, machine: Machine, workers: Workers): void {
    const { sliceMs } = workers;
    this.#charge(entry, sliceMs);
    const slice = workers.run(job, (result, hop) => {
      entry.running.delete(job);
      const computed = result?.tried ?? slice.tried;
      this.#settledHashes += computed;
      if (result) {
        this.#charge(entry, result.tookMs - sliceMs);
        this.#learn(entry, machine, result);
      }
      entry.task.settled(job, { worker: slice.worker, result, computed, hop, trace: slice.trace });
      this.#dispatchSoon();
    });
    entry.running.set(job, slice);
  }

  #charge(entry: Entry, ms: number): void {
    this.#queue.charge(entry.client, ms);
    entry.client.tasks.charge(entry, ms);
  }

  #learn(entry: Entry, machine: Machine, { tried, tookMs }: SliceResult): void {
    if (tookMs < 0.5 || tried === 0) return;
    const now = tried / tookMs;
    const before = entry.rates.get(machine);
    entry.rates.set(machine, before === undefined ? now : 0.7 * before + 0.3 * now);
    this.#usualRates.set(machine, 0.9 * (this.#usualRates.get(machine) ?? now) + 0.1 * now);
  }

  #sliceOf(entry: Entry, machine: Machine, sliceMs: number): number {
    const rate = entry.rates.get(machine);
    const candidates =
      rate === undefined
        ? firstShare * sliceMs * (this.#usualRates.get(machine) ?? machine.usualRate)
        : sliceMs * rate;
    return Math.max(1, Math.min(Math.round(candidates), 2 ** 31));
  }
}

function triedBy(entry: Entry): number {
  let tried = 0;
  for (const slice of entry.running.values()) tried += slice.tried;
  return tried;
}

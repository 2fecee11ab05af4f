import { Worker } from "node:worker_threads";
import type { KernelName } from "../kernel/kernels.ts";
import type { ScanJob } from "../kernel/scan.ts";
import { Interrupt } from "./interrupt.ts";
import type { ThreadJob, WorkerData } from "./thread.ts";
import type { Machine, Settle, Slice, SliceResult, Workers } from "./workers.ts";

export interface ThreadPoolOptions {
  /** Number of threads, at least 1. */
  readonly size: number;
  /** What they compute with. */
  readonly kernel: KernelName;
  /**
   * Hears of every crash; the thread has been replaced. The pool throws,
   * uncaught, when there are ten without a scan in between, because then it can
   * never work again.
   */
  readonly onCrash: (error: Error) => void;
}

interface Seat {
  worker: Worker;
  /** Counted from 1. */
  readonly thread: number;
  readonly interrupt: Interrupt;
  /** Number of its last slice. */
  slice: number;
  settle: Settle | undefined;
}

// A thread that cannot even start would be replaced for ever.
const mostCrashesInARow = 10;

/**
 * Worker threads that live as long as the process, one scan at a time each. A
 * worker that crashes is replaced, and its scan settles without a result.
 */
export class ThreadPool implements Workers, Machine {
  readonly size: number;
  // Short enough that a waiting search starts at once.
  readonly sliceMs = 8;
  readonly usualRate = 500;
  readonly #seats: Seat[] = [];
  readonly #kernel: KernelName;
  readonly #onCrash: (error: Error) => void;
  #crashesInARow = 0;
  #closed = false;

  constructor({ size, kernel, onCrash }: ThreadPoolOptions) {
    this.size = size;
    this.#kernel = kernel;
    this.#onCrash = onCrash;
    for (let thread = 1; thread <= size; thread++) this.#seats.push(this.#seat(thread));
  }

  get busy(): number {
    return this.#seats.filter((seat) => seat.settle).length;
  }

  get next(): Machine | undefined {
    return this.#seats.some((seat) => !seat.settle) ? this : undefined;
  }

  run(job: ScanJob, settle: Settle): Slice {
    const seat = this.#seats.find((seat) => !seat.settle);
    if (!seat) throw new Error("cannot run a scan: every worker is busy");
    const { interrupt, thread } = seat;
    const slice = ++seat.slice;
    interrupt.reset();
    seat.settle = settle;
    seat.worker.postMessage({ ...job, slice } satisfies ThreadJob);
    return {
      worker: seat,
      trace: {
        thread,
        get isOver() {
          return interrupt.hasLeft(slice);
        },
        get interruptSeenAtMs() {
          return interrupt.seenAtMs;
        },
        get overAtMs() {
          return interrupt.leftAtMs;
        },
      },
      get tried() {
        return interrupt.tried;
      },
      // After the scan has settled, the words belong to the next one.
      interrupt: () => {
        if (seat.settle === settle) interrupt.raise();
      },
    };
  }

  /** Threads are there from the start. */
  onIdle(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#seats.map((seat) => seat.worker.terminate()));
  }

  #seat(thread: number): Seat {
    const interrupt = new Interrupt();
    const worker = this.#worker(interrupt, () => seat);
    const seat: Seat = { thread, interrupt, slice: 0, settle: undefined, worker };
    return seat;
  }

  #worker(interrupt: Interrupt, seatOf: () => Seat): Worker {
    const workerData: WorkerData = { interrupt: interrupt.buffer, kernel: this.#kernel };
    const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData });
    worker.on("message", (result: SliceResult) => this.#settle(seatOf(), result));
    worker.once("error", (error: Error) => this.#onCrash(error));
    worker.once("exit", () => {
      if (this.#closed) return;
      if (++this.#crashesInARow === mostCrashesInARow)
        throw new Error("worker threads crash at once, every time");
      const seat = seatOf();
      interrupt.leave(seat.slice);
      seat.worker = this.#worker(interrupt, seatOf);
      this.#settle(seat, undefined);
    });
    return worker;
  }

  #settle(seat: Seat, result: SliceResult | undefined): void {
    const settle = seat.settle;
    seat.settle = undefined;
    if (result) this.#crashesInARow = 0;
    settle?.(result);
  }
}

/** Seats that a coordinator keeps busy, all alike. */
export interface Fleet {
  readonly seats: number;
  /** Time that a range takes on a seat, give or take a tenth. */
  readonly rangeMs: number;
  /** Time of the coordinator's one thread that a range takes. */
  readonly coordinatorMs: number;
}

export interface Outcome {
  /** Share of the seats' time in which they compute. */
  readonly computing: number;
  /** Share of its thread's time in which the coordinator works. */
  readonly coordinatorBusy: number;
  /** How long what arrives at the coordinator waits for its turn: median and 99th percentile. */
  readonly waitMs: readonly [median: number, p99: number];
}

const mostRanges = 400_000;
const spread = 0.1;

/**
 * A coordinator that gives each seat its next range when the last comes back,
 * one after the other: event by event, the first half not counted.
 */
export function coordinate({ seats, rangeMs, coordinatorMs }: Fleet): Outcome {
  const random = randomFrom(1);
  const range = (): number => rangeMs * (1 + spread * (2 * random() - 1));
  const events = new Events();
  for (let seat = 0; seat < seats; seat++) events.add(rangeMs * random(), seat);
  const ranges = Math.max(6 * seats, Math.min(mostRanges, 200 * seats));
  const waits: number[] = [];
  let freeAt = 0;
  let began = 0;
  let computed = 0;
  for (let n = 0; n < ranges; n++) {
    const [at, seat] = events.next();
    const start = Math.max(at, freeAt);
    freeAt = start + coordinatorMs;
    const ms = range();
    events.add(freeAt + ms, seat);
    if (n < ranges / 2) began = freeAt;
    else {
      waits.push(start - at);
      computed += ms;
    }
  }
  waits.sort((a, b) => a - b);
  const allMs = freeAt - began;
  return {
    computing: Math.min(1, computed / (allMs * seats)),
    coordinatorBusy: Math.min(1, (waits.length * coordinatorMs) / allMs),
    waitMs: [quantile(waits, 0.5), quantile(waits, 0.99)],
  };
}

/**
 * Share of the throughput without it that is left beside one seat which takes so
 * many times as long for ranges of the same size, where ranges are read in order and held up to a window.
 */
export function besideStraggler(seats: number, window: number, times: number): number {
  return throughput(seats, window, times) / throughput(seats, window, 1);
}

function throughput(seats: number, window: number, times: number): number {
  const random = randomFrom(2);
  const events = new Events();
  const done = new Set<number>();
  const idle: number[] = [];
  const held = new Map<number, number>();
  let next = 0;
  let lowest = 0;
  const give = (seat: number, at: number): void => {
    if (next >= lowest + window) {
      idle.push(seat);
      return;
    }
    held.set(seat, next++);
    events.add(at + (seat === 0 ? times : 1) * (1 + spread * (2 * random() - 1)), seat);
  };
  for (let seat = 0; seat < seats; seat++) give(seat, 0);
  const ranges = 60 * seats;
  let now = 0;
  for (let n = 0; n < ranges; n++) {
    const [at, seat] = events.next();
    now = at;
    done.add(held.get(seat) ?? 0);
    while (done.delete(lowest)) lowest++;
    give(seat, at);
    for (const waiting of idle.splice(0)) give(waiting, at);
  }
  return ranges / now;
}

/** Earliest first: a binary heap. */
class Events {
  readonly #heap: (readonly [at: number, seat: number])[] = [];

  add(at: number, seat: number): void {
    const heap = this.#heap;
    let hole = heap.length;
    const event = [at, seat] as const;
    heap.push(event);
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = heap[above] as (typeof heap)[number];
      if (parent[0] <= at) break;
      heap[hole] = parent;
      hole = above;
    }
    heap[hole] = event;
  }

  next(): readonly [at: number, seat: number] {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last) throw new Error("nothing happens any more: every seat waits");
    if (heap.length === 0) return first;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      const left = heap[child];
      const right = heap[child + 1];
      if (!left) break;
      if (right && right[0] < left[0]) child++;
      const least = heap[child] as (typeof heap)[number];
      if (least[0] >= last[0]) break;
      heap[hole] = least;
      hole = child;
    }
    heap[hole] = last;
    return first;
  }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

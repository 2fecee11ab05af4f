/** The signals by which a watched process is asked. */
export const askSnapshot = "SIGUSR2";
export const killThread = "SIGWINCH";

/** What a process tells of itself on standard error, once its garbage is collected. */
export interface Snapshot {
  readonly soak: "snapshot";
  readonly megabytes: number;
  readonly heapMegabytes: number;
  /** Of node:net, on the heap. */
  readonly sockets: number;
  readonly signals: number;
  /** Of `abort`, on all signals. */
  readonly listeners: number;
  /** What keeps the event loop alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** How long turns of its main thread's loop were, since it was asked last: told at each asking and at the end. */
export interface Turns {
  readonly soak: "turns";
  /** On the clock, which also counts while other processes have the processor. */
  readonly longestMs: number;
  /** Of processor time. */
  readonly longestCpuMs: number;
}

import type { LoopTurns } from "../edge/loop-watch.ts";

/** What is read when somebody asks for the metrics, and costs nothing before. */
export interface Sources {
  readonly version: string;
  readonly kernel: string;
  readonly isReady: () => boolean;
  /** Candidates tried by all workers since the start. */
  readonly hashes: () => number;
  readonly workers: () => number;
  readonly workersBusy: () => number;
  readonly searchesRunning: () => number;
  readonly searchesWaiting: () => number;
  readonly streams: () => number;
  /** 0: any number. */
  readonly mostRunning: number;
  readonly mostWaiting: number;
  /** Calls under way, by method. */
  readonly calls: () => ReadonlyMap<string, number>;
  /** Connections that are open, by what their port is for. */
  readonly connections: () => Readonly<Record<string, number>>;
  readonly loop: () => LoopTurns;
}

import type { LoopWatch } from "../edge/loop-watch.ts";
import type { Engine } from "../engine/engine.ts";
import type { Searches } from "../search/searches.ts";
import type { Streams } from "../streams/streams.ts";

/** What is looked at when somebody asks for the metrics, and costs nothing before. */
export interface Sources {
  readonly version: string;
  readonly kernel: string;
  readonly isReady: () => boolean;
  readonly engine: Pick<Engine, "hashes" | "workers" | "busy">;
  readonly searches: Pick<Searches, "running" | "waiting" | "limits">;
  readonly streams: Pick<Streams, "count">;
  readonly loop: Pick<LoopWatch, "lastMinute">;
  /** By what they are for. */
  readonly ports: Readonly<Record<string, { readonly connections: number }>>;
}

import type { TestServer } from "../../support/server.ts";
import type { Goal, Row } from "../row.ts";
import { summarize } from "../statistics.ts";
import type { Crowd, LoadReport } from "./load.ts";

/** What was measured beside one crowd. */
export interface Measured {
  readonly crowd: Crowd;
  /** Milliseconds. */
  readonly waits: Readonly<Record<What, readonly number[]>>;
  /** Megabytes of the server's process. */
  readonly memory: readonly number[];
}

type What = "small file" | "short search" | "Stop to idle workers";

/** The same wait beside one crowd after the other, then the next. */
export function rowsOf(measured: readonly Measured[]): Row[] {
  const whats = ["small file", "short search", "Stop to idle workers"] as const;
  return [
    ...whats.flatMap((what) => measured.map((each) => waitRow(what, each))),
    ...measured.map(memoryRow),
  ];
}

/** What one reader gets that is alone with the server. */
export function throughput({ messagesPerSecond }: LoadReport): Row {
  return {
    name: "matches that 1 fast reader gets",
    unit: "matches/s",
    better: "more",
    summary: summarize(messagesPerSecond),
  };
}

/** The longest turn of the server's event loop, where its log tells one as `longestTurnMs`. */
export function longestTurn({ logged }: TestServer): Row[] {
  const turns = logged({}).flatMap(({ longestTurnMs: ms }) => (typeof ms === "number" ? [ms] : []));
  if (turns.length === 0) return [];
  return [
    {
      name: "longest turn of the server's event loop",
      unit: "ms",
      better: "less",
      summary: summarize(turns),
      goals: [{ of: "maximum", value: 50 }],
    },
  ];
}

function waitRow(what: What, { crowd, waits }: Measured): Row {
  return {
    name: `${what}, beside ${crowd}`,
    unit: "ms",
    better: "less",
    summary: summarize(waits[what]),
    goals: waitGoals(what, crowd),
  };
}

function waitGoals(what: What, crowd: Crowd): Goal[] {
  if (crowd === "30 random clients") return what === "small file" ? [{ of: "p99", value: 40 }] : [];
  if (what === "Stop to idle workers") {
    return [
      { of: "median", value: 10 },
      { of: "p99", value: 40 },
    ];
  }
  return [
    { of: "p99", value: 20 },
    { of: "maximum", value: 60 },
  ];
}

function memoryRow({ crowd, memory }: Measured): Row {
  const goals: Goal[] = crowd === "30 random clients" ? [{ of: "maximum", value: 300 }] : [];
  return {
    name: `server's memory, beside ${crowd}`,
    unit: "MB",
    better: "less",
    summary: summarize(memory),
    goals,
  };
}

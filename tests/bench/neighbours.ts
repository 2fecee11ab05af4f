import { setTimeout as pause } from "node:timers/promises";
import { untilIdle } from "../support/activity.ts";
import { startServer } from "../support/server.ts";
import { kernelName } from "./kernel.ts";
import { type Crowd, Load, type LoadReport } from "./neighbours/load.ts";
import { longestTurn, type Measured, rowsOf, throughput } from "./neighbours/rows.ts";
import { residentMegabytes } from "./neighbours/server-memory.ts";
import { shortSearches, smallFiles } from "./neighbours/small-calls.ts";
import { stops } from "./neighbours/stops.ts";
import type { Options } from "./options.ts";
import type { Row } from "./row.ts";

const warmUpMs = 3000;
const throughputMs = 10_500;

const crowds: readonly (readonly [crowd: Crowd, ms: number])[] = [
  ["nobody", 10_000],
  ["1 fast reader", 10_000],
  ["12 fast readers", 15_000],
  ["12 slow readers", 15_000],
  ["12 stalled readers", 15_000],
  // What twelve resets can do at worst, they do once in fifteen to forty rounds.
  ["readers that are reset", 40_000],
  ["30 random clients", 60_000],
];

/**
 * How long everybody else waits while some read all that the server can send,
 * stop reading, or leave all at once. For Linux, where every address of
 * 127.0.0.0/8 is the machine's own and /proc tells a process's memory.
 */
export async function neighbours({ seed }: Options): Promise<Row[]> {
  const args = ["--maximum-hashes", "0", "--maximum-seconds", "0", "--kernel", kernelName];
  const server = await startServer({ args });
  const port = Number(new URL(server.url).port);
  const rows: Row[] = [];
  try {
    await beside("1 fast reader", async () => await measure("1 fast reader", warmUpMs));
    const { report: alone } = await beside("1 fast reader", async () => await pause(throughputMs));
    const measured: Measured[] = [];
    for (const [crowd, ms] of crowds) {
      const { result, report } = await beside(crowd, async () => await measure(crowd, ms));
      measured.push(result);
      console.log(`  beside ${crowd}: ${report.calls} calls, ${report.megabytes.toFixed(0)} MB read`);
    }
    console.log(`  30 random clients by --seed ${seed}`);
    rows.push(...rowsOf(measured), throughput(alone));
  } finally {
    await server.stop();
  }
  return [...rows, ...longestTurn(server)];

  async function beside<T>(crowd: Crowd, run: () => Promise<T>): Promise<{ result: T; report: LoadReport }> {
    const load = await Load.start({ port, crowd, seed });
    try {
      const result = await run();
      const report = await load.stop();
      await untilIdle(server.url);
      return { result, report };
    } finally {
      await load.close();
    }
  }

  async function measure(crowd: Crowd, ms: number): Promise<Measured> {
    const signal = AbortSignal.timeout(ms);
    const [file, search, stop, memory] = await Promise.all([
      smallFiles({ port, from: "127.0.0.2", signal }),
      shortSearches({ port, from: "127.0.0.2", signal }),
      stops({ port, from: "127.0.0.3", signal }),
      residentMegabytes(server.pid, signal),
    ]);
    return {
      crowd,
      waits: { "small file": file, "short search": search, "Stop to idle workers": stop },
      memory,
    };
  }
}

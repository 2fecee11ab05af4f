import { cpus } from "node:os";
import type { WatchActivityResponse } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import type { Counts } from "../support/counts.ts";
import { complaintsOf, type TestServer } from "../support/server.ts";
import type { Journal } from "./journal.ts";
import type { Lives } from "./lives.ts";
import type { Snapshot } from "./snapshot.ts";

/** The server in silence. */
export interface Measured {
  readonly activity: WatchActivityResponse;
  readonly snapshot: Snapshot;
  readonly descriptors: number;
}

export interface Soaked {
  readonly journal: Journal;
  readonly web: Lives;
  readonly machines: readonly Lives[];
  /** After its warm-up, and at the end. */
  readonly before: Measured;
  readonly after: Measured;
  /** How long the warm-up took. */
  readonly warmUpMs: number;
  /** How the processes ended: the server, then the machines. */
  readonly endings: readonly (number | string)[];
}

/** Something that must hold. */
export interface Row {
  readonly promise: string;
  readonly found: string;
  readonly isRight: boolean;
  readonly details: readonly string[];
}

const mostGrowth = 1.1;
// 5,000 reports are kept, 0.83 kB each (tests/unit/leaks.test.ts).
const reportsMegabytes = 5;
// Until then a process takes memory that it keeps for its next use: 257 MB after 42 s
// of warm-up and 284 MB 48 s later; after minutes 309 MB and, five minutes later, 316 MB.
const warmMs = 180_000;
const longestTurnMs = 100;
// What a reading itself has open, and what ends on its own within moments.
const mostMore = 5;

/** Everything that must hold after a soak. */
export function rowsOf({ journal, web, machines, before, after, warmUpMs, endings }: Soaked): readonly Row[] {
  const { searches, searchesWaiting, streams, workersBusy } = after.activity;
  const { logged, wrong } = journal.compared(web.all);
  const complaints = [web, ...machines].flatMap((lives) => lives.all.flatMap(complaintsOf));
  const cpuMs = Math.max(...web.turns.map(({ longestCpuMs }) => longestCpuMs));
  const clockMs = Math.max(...web.turns.map(({ longestMs }) => longestMs));
  const row = (promise: string, found: string, isRight: boolean, details: readonly string[] = []): Row => ({
    promise,
    found,
    isRight,
    details: isRight || details.length > 0 ? details : [`${promise}: ${found}`],
  });
  const same = (promise: string, one: number, other: number): Row =>
    row(promise, `${one} → ${other}`, other <= one + mostMore);
  const isWarm = warmUpMs >= warmMs;
  const well = web.restarts.filter((ending) => ending === 0).length;
  const searchesLogged = [...logged.values()].reduce((sum, count) => sum + count, 0);
  return [
    row(
      "nothing is active: searches, waiting, streams, busy workers",
      [searches, searchesWaiting, streams, workersBusy].join(", "),
      searches + searchesWaiting + streams + workersBusy === 0,
    ),
    row(
      "each process ends by itself, so that no handle is left",
      `${well} of ${web.restarts.length} restarts, at the end with ${endings.join(", ")}`,
      well === web.restarts.length && endings.every((ending) => ending === 0),
    ),
    same("open descriptors", before.descriptors, after.descriptors),
    same("sockets on the heap", before.snapshot.sockets, after.snapshot.sockets),
    same("AbortSignals on the heap", before.snapshot.signals, after.snapshot.signals),
    same("listeners on them", before.snapshot.listeners, after.snapshot.listeners),
    row(
      "resources of the event loop",
      `${kinds(before.snapshot)} → ${kinds(after.snapshot)}`,
      total(after.snapshot) <= total(before.snapshot) + mostMore,
    ),
    row(
      "what lives on the heap, within 10 % and the 5 MB of reports that are kept, MB",
      `${before.snapshot.heapMegabytes} → ${after.snapshot.heapMegabytes}`,
      after.snapshot.heapMegabytes <= mostGrowth * before.snapshot.heapMegabytes + reportsMegabytes,
    ),
    row(
      "memory within 10 %, MB",
      `${before.snapshot.megabytes} → ${after.snapshot.megabytes}${isWarm ? "" : ", not held to it: the warm-up took less than three minutes"}`,
      !isWarm || after.snapshot.megabytes <= mostGrowth * before.snapshot.megabytes,
    ),
    row(
      "each search has one cause, and its report the same",
      `${searchesLogged} searches, ${journal.reports} reports, ${wrong.length} wrong`,
      wrong.length === 0 && journal.reports > 0,
      wrong,
    ),
    row(
      "each continued search is complete, and what is received is right",
      `${journal.counts.of("continued searches that were complete")} searches in ${journal.counts.of("pieces of continued searches")} pieces, ${journal.failures.length} wrong`,
      journal.failures.length === 0 && journal.counts.of("continued searches that were complete") > 0,
      journal.failures,
    ),
    row(
      "no turn of the event loop takes 100 ms of its processor",
      `${cpuMs} ms; on the clock, which others' work lengthens, ${clockMs} ms`,
      cpuMs <= longestTurnMs,
    ),
    row("no complaint in any log", `${complaints.length}`, complaints.length === 0, complaints),
  ];
}

/** The rows, what was done, and by which machine, in Markdown. */
export function table(rows: readonly Row[], journal: Journal, lives: readonly TestServer[]): string {
  const [cpu] = cpus();
  const { logged } = journal.compared(lives);
  const list = (counts: Counts) =>
    [...counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([what, count]) => `${what} ${count}`)
      .join(", ");
  return [
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of ${cpu?.model}, Node ${process.version}, ${process.platform}`,
    "",
    "| Must hold | Found | |",
    "|---|---|---|",
    ...rows.map(({ promise, found, isRight }) => `| ${promise} | ${found} | ${isRight ? "yes" : "NO"} |`),
    "",
    `Done: ${list(journal.counts)}.`,
    "",
    `Endings in the log: ${list(logged)}.`,
  ].join("\n");
}

function total({ resources }: Snapshot): number {
  return Object.values(resources).reduce((sum, count) => sum + count, 0);
}

function kinds({ resources }: Snapshot): string {
  return Object.entries(resources)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

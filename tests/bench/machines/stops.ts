import type { Duration } from "@bufbuild/protobuf/wkt";
import type { SearchReport } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import { untilActivity } from "../../support/activity.ts";
import { endless, nativeClients, reportOf } from "../../support/clients.ts";
import type { Row } from "../row.ts";
import { pause } from "../searches.ts";
import { summarize } from "../statistics.ts";
import { startCoordinator, startMachines, type Way } from "./cluster.ts";

const machines = 4;
const roundsEach = 50;
// A Stop comes at any time of the ranges.
const longestPauseMs = 400;

/** A caller's Stop at the coordinator, and what each of the servers says of it. */
export async function stopsOfAll(ways: readonly Way[]): Promise<Row[]> {
  const stops = new Map<Way, Stop[]>(ways.map((way) => [way, []]));
  // In two blocks of each way, there and back, so that what disturbs the machine disturbs them alike.
  for (const way of [...ways, ...ways.toReversed()]) {
    const started = await startMachines(machines, way);
    const coordinator = await startCoordinator(started);
    try {
      const clients = nativeClients(coordinator);
      for (let round = 0; round < roundsEach; round++) {
        stops.get(way)?.push(await stopOnce(clients, coordinator.url));
      }
    } finally {
      await coordinator.stop();
      await started.close();
    }
  }
  return ways.flatMap((way) => rowsOf(way, stops.get(way) ?? []));
}

interface Stop {
  readonly abortToIdleMs: number;
  readonly seenToIdleMs: number;
  readonly ofHopsMs: readonly number[];
  readonly unconfirmed: number;
}

async function stopOnce(clients: ReturnType<typeof nativeClients>, url: string): Promise<Stop> {
  const search = endless();
  const controller = new AbortController();
  const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
  await untilActivity(url, ({ workersBusy }) => workersBusy === machines);
  await pause(longestPauseMs * Math.random());
  const abortedAtMs = performance.timeOrigin + performance.now();
  controller.abort();
  await call;
  const report = await reportOf(clients, search.searchId);
  const idleAfterMs = ms(report.workersIdleAfter);
  return {
    // Two processes of one machine: their clocks may be compared.
    abortToIdleMs: startedAtMs(report) + idleAfterMs - abortedAtMs,
    seenToIdleMs: idleAfterMs - ms(report.endingSeenAfter),
    ofHopsMs: report.hops
      .filter(({ interruptSeenAfter }) => interruptSeenAfter)
      .map(({ interruptSeenAfter, idleAfter }) => ms(idleAfter) - ms(interruptSeenAfter)),
    unconfirmed: report.hops.reduce((sum, { unconfirmed }) => sum + unconfirmed, 0),
  };
}

function rowsOf(way: Way, stops: readonly Stop[]): Row[] {
  const unconfirmed = stops.reduce((sum, stop) => sum + stop.unconfirmed, 0);
  if (unconfirmed > 0) console.log(`  ${way}: ${unconfirmed} ranges were not confirmed`);
  return [
    {
      name: `Stop at the coordinator to all ${machines} workers idle, ${way}`,
      unit: "ms",
      better: "less",
      summary: summarize(stops.map(({ seenToIdleMs }) => seenToIdleMs)),
      goals: [
        { of: "median", value: 8 },
        { of: "p99", value: 40 },
      ],
    },
    {
      name: `from the caller's abort, ${way}`,
      unit: "ms",
      better: "less",
      summary: summarize(stops.map(({ abortToIdleMs }) => abortToIdleMs)),
    },
    {
      name: `of it in a worker, interrupt seen to thread idle, ${way}`,
      unit: "ms",
      better: "less",
      summary: summarize(stops.flatMap(({ ofHopsMs }) => ofHopsMs)),
    },
  ];
}

function startedAtMs({ startedAt }: SearchReport): number {
  return Number(startedAt?.seconds ?? 0n) * 1000 + (startedAt?.nanos ?? 0) / 1e6;
}

/** With their fraction, which durationMs leaves out. */
function ms(duration: Duration | undefined): number {
  return Number(duration?.seconds ?? 0n) * 1000 + (duration?.nanos ?? 0) / 1e6;
}

import { balancerMissing } from "../../scripts/balancer.ts";
import type { Way } from "./machines/cluster.ts";
import { coordinatorLosses } from "./machines/coordinator-losses.ts";
import { machineLosses } from "./machines/machine-losses.ts";
import { newcomerBesideFull } from "./machines/newcomer.ts";
import { overheadOfMachines } from "./machines/overhead.ts";
import { costOfSeats } from "./machines/seats.ts";
import { stopsOfAll } from "./machines/stops.ts";
import type { Row } from "./row.ts";

/**
 * Searches through worker processes on this machine: their Stop, their losses,
 * and what the way to them costs. For Linux, whose /proc tells what threads do.
 */
export async function machines(): Promise<Row[]> {
  const missing = balancerMissing();
  if (missing) console.log(`  the rows through haproxy are skipped: ${missing}`);
  const ways: readonly Way[] = missing ? ["direct"] : ["direct", "through haproxy"];
  return [
    ...(await stopsOfAll(ways)),
    ...(await machineLosses()),
    ...(await coordinatorLosses(ways)),
    ...(await overheadOfMachines()),
    ...(await costOfSeats()),
    ...(await newcomerBesideFull()),
  ];
}

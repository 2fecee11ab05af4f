import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Hop } from "../proto/gen/hash_name/v1/hop_pb.ts";
import type { SearchReport } from "../proto/gen/hash_name/v1/search_report_pb.ts";
import { isProven } from "./proven.ts";

/** Another server that computed for a search. */
export interface Machine {
  /** Different from those of the others; empty when it was never reached. */
  readonly name: string;
  readonly hop: Hop;
  /** Whether it may still compute, as far as the report knows. */
  readonly isOpen: boolean;
}

/** The other machines, those first that have not confirmed. */
export function machinesOf(report: SearchReport): readonly Machine[] {
  const seen = new Map<string, number>();
  // A report that an earlier version of the page has kept has none.
  const machines = (report.hops ?? []).map((hop) => {
    const { serverName, unconfirmed } = hop;
    const count = (seen.get(serverName) ?? 0) + 1;
    seen.set(serverName, count);
    const name = count > 1 && serverName !== "" ? `${serverName} (${count})` : serverName;
    // What had not been confirmed before the end is over when the report is complete.
    return { name, hop, isOpen: unconfirmed > 0 && !isProven(report) };
  });
  return machines.sort((a, b) => Number(b.isOpen) - Number(a.isOpen));
}

/** The machines that have not confirmed. */
export function openMachines(report: SearchReport | undefined): readonly Machine[] {
  return report === undefined ? [] : machinesOf(report).filter(({ isOpen }) => isOpen);
}

/** Machines that have not confirmed, as a sentence names them. */
export interface OpenMachines {
  readonly names: readonly string[];
  /** Whether every worker of the server itself is idle. */
  readonly areOthersIdle: boolean;
}

/** Whether the server's own workers are all idle, by its report. */
export function areOwnWorkersIdle({ usedWorkers }: SearchReport): boolean {
  return (usedWorkers ?? []).every(({ thread, idle }) => idle || thread === 0);
}

/** Within what time all of them have ended by themselves; undefined when there are none. */
export function endsWithinMs(report: SearchReport): number | undefined {
  const open = openMachines(report).map(({ hop }) => (hop.endsWithin ? durationMs(hop.endsWithin) : 0));
  return open.length === 0 ? undefined : Math.max(...open);
}

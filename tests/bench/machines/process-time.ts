import { readFileSync } from "node:fs";

// Linux tells a process's time in ticks of 10 ms.
const tickMs = 10;

/** Milliseconds that all threads of a process have computed, in user and system mode. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return tickMs * (Number(fields[11]) + Number(fields[12]));
}

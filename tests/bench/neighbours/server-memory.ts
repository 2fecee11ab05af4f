import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const everyMs = 100;

/** Megabytes that a process holds of the machine's memory, ten times a second until the signal. */
export async function residentMegabytes(pid: number, signal: AbortSignal): Promise<number[]> {
  const values: number[] = [];
  while (!signal.aborted) {
    values.push(resident(pid));
    await pause(everyMs);
  }
  return values;
}

/** proc_pid_status(5): VmRSS, in kB of 1024 bytes. */
function resident(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (!kilobytes) throw new Error(`/proc/${pid}/status says nothing of its memory.`);
  return (Number(kilobytes) * 1024) / 1e6;
}

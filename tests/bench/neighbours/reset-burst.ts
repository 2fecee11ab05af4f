import { setTimeout as pause } from "node:timers/promises";
import type { RawCall } from "./raw-call.ts";

const readers = 12;
const stallMs = 100;
const patienceMs = 1000;

/** Readers that stop reading for a moment and are then all reset, which a server hears of all at once. */
export async function resetBurst(read: () => RawCall, signal: AbortSignal): Promise<void> {
  const burst = Array.from({ length: readers }, read);
  try {
    const flowing = Promise.all(burst.map((reader) => reader.flowing));
    await Promise.race([flowing, pause(patienceMs, undefined, { signal })]);
    for (const reader of burst) reader.stall();
    await pause(stallMs, undefined, { signal });
  } finally {
    for (const reader of burst) reader.reset();
  }
}

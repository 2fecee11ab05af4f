import { setTimeout as pause } from "node:timers/promises";

/** Waits until something holds that nobody tells of, and leaves the cores to the workers meanwhile. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(1);
}

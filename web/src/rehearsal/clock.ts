import { millisecondsOf } from "../../../proto/lab-rules.ts";
import type { LabClient } from "../api/lab-client.ts";

/** One reading of the server's clock, between two of the page's own. In milliseconds. */
export interface Reading {
  readonly asked: number;
  readonly server: number;
  readonly answered: number;
}

/** How far the page's clock is ahead of the server's, and how wrong that may be, in milliseconds. */
export interface Offset {
  readonly aheadMs: number;
  readonly uncertaintyMs: number;
}

const readings = 5;

/**
 * The offset from the quickest of some readings. The server read its clock somewhere between
 * question and answer, so the middle is wrong by at most half of that time (Cristian, 1989).
 */
export function offsetOf(all: readonly Reading[]): Offset | undefined {
  const spanOf = ({ asked, answered }: Reading) => answered - asked;
  const [quickest] = all.toSorted((a, b) => spanOf(a) - spanOf(b));
  if (quickest === undefined) return undefined;
  const { asked, server, answered } = quickest;
  return { aheadMs: (asked + answered) / 2 - server, uncertaintyMs: (answered - asked) / 2 };
}

/** Reads the server's clock a few times. Rejects with what the call threw. */
export async function readOffset(
  lab: LabClient,
  now: () => number,
  signal: AbortSignal,
): Promise<Offset | undefined> {
  const all: Reading[] = [];
  for (let i = 0; i < readings; i++) {
    const asked = now();
    const { now: server } = await lab.readClock({}, { signal });
    if (server) all.push({ asked, server: millisecondsOf(server), answered: now() });
  }
  return offsetOf(all);
}

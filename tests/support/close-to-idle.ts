import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { untilActivity } from "./activity.ts";
import { type Clients, endless, errorOf, reportOf } from "./clients.ts";
import type { TestServer } from "./server.ts";

/**
 * Milliseconds from the moment in which a client closes a search that computes to
 * the one in which its last worker is idle, by the server's report. Both sides are
 * on this machine, and have one clock.
 */
export async function closeToIdle(server: TestServer, clients: Clients): Promise<number> {
  const request = endless();
  const controller = new AbortController();
  const error = errorOf(clients, "find", request, { signal: controller.signal });
  await untilActivity(server.url, ({ workersBusy }) => workersBusy > 0);
  const closedAt = performance.timeOrigin + performance.now();
  controller.abort();
  assert.equal((await error)?.code, Code.Canceled);
  const { startedAt, workersIdleAfter, workersIdle, workersUsed } = await reportOf(clients, request.searchId);
  assert.ok(startedAt && workersIdleAfter && workersUsed > 0);
  assert.equal(workersIdle, workersUsed);
  return exactMs(startedAt) + exactMs(workersIdleAfter) - closedAt;
}

/** Unlike the library's conversions, not rounded to whole milliseconds. */
function exactMs({ seconds, nanos }: { readonly seconds: bigint; readonly nanos: number }): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}

import assert from "node:assert/strict";
import type { SearchReport } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { untilActivity, untilIdle } from "./activity.ts";
import { type Clients, endless, nativeClients, reportOf } from "./clients.ts";
import { startServer, type TestServer } from "./server.ts";

/** A process with one worker that computes for others. */
export function startMachine(...args: readonly string[]): Promise<TestServer> {
  return startServer({ args: ["--workers", "1", "--scan-port", "0", ...args] });
}

/**
 * A server that computes through others alone.
 *
 * @param upstreams what it is told of them: URLs, and perhaps more flags
 */
export async function startCoordinator(
  upstreams: { readonly urls: readonly string[]; readonly args?: readonly string[] },
  seats: number,
): Promise<TestServer> {
  const { urls, args = [] } = upstreams;
  const coordinator = await startServer({
    args: ["--workers", "0", "--upstream", urls.join(","), ...args],
  });
  await untilActivity(coordinator.url, ({ workers }) => workers === seats);
  return coordinator;
}

/** The report of an endless search that is stopped when all the machines compute. */
export async function stoppedOnAll(clients: Clients, machines: readonly TestServer[]): Promise<SearchReport> {
  const search = endless();
  const controller = new AbortController();
  const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
  await untilAllCompute(machines);
  controller.abort();
  await call;
  return await reportOf(clients, search.searchId);
}

/** Every machine is known to be idle, and was interrupted if it had a range then: one between two ranges has none. */
export function assertAllHeard(hops: SearchReport["hops"]): void {
  for (const { idleAfter, unconfirmed, interruptSeenAfter, hashesAfterInterrupt } of hops) {
    assert.ok(idleAfter);
    assert.equal(unconfirmed, 0);
    assert.ok(interruptSeenAfter || hashesAfterInterrupt === 0n);
  }
  assert.ok(hops.some(({ interruptSeenAfter }) => interruptSeenAfter));
}

/** Kills a coordinator in the middle of a search on all the machines, and waits until they are idle. */
export async function killWhileAllCompute(
  coordinator: TestServer,
  machines: readonly TestServer[],
): Promise<void> {
  const call = nativeClients(coordinator)
    .finder.find(endless())
    .catch(() => {});
  await untilAllCompute(machines);
  await coordinator.kill();
  await call;
  for (const { url } of machines) await untilIdle(url);
}

async function untilAllCompute(machines: readonly TestServer[]): Promise<void> {
  for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
}

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { type Clients, endless, nativeClients, reportOf } from "../support/clients.ts";
import { listed, plainly } from "../support/listed.ts";
import { startServer, type TestServer } from "../support/server.ts";

const query = { name: "doctor", distance: 3, end: 3_000_000 };

/** All matches up to the end, on this thread. */
const plain = plainly(query);

describe("a server that computes through others", () => {
  let machines: TestServer[] = [];
  let coordinator: TestServer;
  let clients: Clients;
  before(async () => {
    machines = await Promise.all(Array.from({ length: 4 }, machine));
    coordinator = await startServer({
      args: ["--workers", "0", "--upstream", machines.map(({ scanUrl }) => scanUrl).join(",")],
    });
    clients = nativeClients(coordinator);
    await untilActivity(coordinator.url, ({ workers }) => workers === 4);
  });
  after(async () => {
    await coordinator.stop();
    await Promise.all(machines.map((server) => server.stop()));
  });
  afterEach(async () => {
    for (const { url } of [coordinator, ...machines]) await untilIdle(url);
  });

  test("answers what one thread answers, match for match", async () => {
    assert.deepEqual(await listed(clients, query), plain);
  });

  test("a Stop reaches them all, and each says so", async () => {
    const search = endless();
    const controller = new AbortController();
    const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
    for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
    controller.abort();
    await call;
    const report = await reportOf(clients, search.searchId);
    assert.equal(report.workersUsed, 4);
    assert.equal(report.workersIdle, 4);
    assert.equal(report.hops.length, 4);
    for (const hop of report.hops) {
      assert.ok(hop.interruptSeenAfter && hop.idleAfter);
      assert.equal(hop.unconfirmed, 0);
    }
  });

  test("machines that are killed, one after the other, lose no match and double none", async () => {
    const killed = machines.slice(0, 2);
    let received = 0;
    const indexes = await listed(clients, query, async () => {
      received++;
      if (received === 200) await killed[0]?.kill();
      if (received === 2000) await killed[1]?.kill();
    });
    assert.deepEqual(indexes, plain);
    machines = machines.slice(2);
    const again = await Promise.all(killed.map(machine));
    // They come back on other ports, which this coordinator was not told of.
    await Promise.all(again.map((server) => server.stop()));
  });

  test("a machine that freezes holds up nobody, and a Stop says that it is not confirmed", async () => {
    const frozen = machines[0] as TestServer;
    let received = 0;
    const indexes = await listed(clients, query, async () => {
      if (++received === 200) frozen.signal("SIGSTOP");
    });
    assert.deepEqual(indexes, plain);
    frozen.signal("SIGCONT");
  });

  test("a coordinator that is killed stops all work everywhere", async () => {
    const own = await startServer({
      args: ["--workers", "0", "--upstream", machines.map(({ scanUrl }) => scanUrl).join(",")],
    });
    await untilActivity(own.url, ({ workers }) => workers === machines.length);
    const call = nativeClients(own)
      .finder.find(endless())
      .catch(() => {});
    for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
    await own.kill();
    await call;
    for (const { url } of machines) await untilIdle(url);
  });
});

function machine(): Promise<TestServer> {
  return startServer({ args: ["--workers", "1", "--scan-port", "0"] });
}

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { untilIdle } from "../support/activity.ts";
import { type Clients, nativeClients } from "../support/clients.ts";
import { listed, plainly } from "../support/listed.ts";
import {
  assertAllHeard,
  killWhileAllCompute,
  startCoordinator,
  startMachine,
  stoppedOnAll,
} from "../support/machines.ts";
import type { TestServer } from "../support/server.ts";

const query = { name: "doctor", distance: 3, end: 3_000_000 };

/** All matches up to the end, on this thread. */
const plain = plainly(query);

describe("a server that computes through others", () => {
  let machines: TestServer[] = [];
  let coordinator: TestServer;
  let clients: Clients;
  before(async () => {
    machines = await Promise.all(Array.from({ length: 4 }, () => startMachine()));
    coordinator = await startCoordinator({ urls: scanUrls() }, 4);
    clients = nativeClients(coordinator);
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
    const report = await stoppedOnAll(clients, machines);
    assert.equal(report.workersUsed, 4);
    assert.equal(report.workersIdle, 4);
    const instances = report.hops.map(({ serverInstance }) => serverInstance);
    for (const { thread, serverInstance, idle, lastBusyAfter } of report.usedWorkers) {
      // Either a thread with times, or a seat, whose times are on another clock.
      assert.equal(thread > 0, lastBusyAfter !== undefined);
      assert.equal(thread > 0, !instances.includes(serverInstance));
      assert.ok(idle);
    }
    assert.equal(report.usedWorkers.length, 4);
    assert.equal(report.hops.length, 4);
    assertAllHeard(report.hops);
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
    const again = await Promise.all(killed.map(() => startMachine()));
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
    const own = await startCoordinator({ urls: scanUrls() }, machines.length);
    await killWhileAllCompute(own, machines);
  });

  function scanUrls(): string[] {
    return machines.map(({ scanUrl }) => scanUrl);
  }
});

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { untilIdle } from "../support/activity.ts";
import { machineFlags } from "../support/certificates.ts";
import { type Clients, nativeClients } from "../support/clients.ts";
import { type Balancer, balancerOf, noHaproxy } from "../support/haproxy.ts";
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

describe("a server that computes through haproxy", { skip: noHaproxy }, () => {
  const plain = plainly(query);
  let machines: TestServer[] = [];
  let balancer: Balancer;
  let coordinator: TestServer;
  let clients: Clients;
  before(async () => {
    machines = await Promise.all(Array.from({ length: 4 }, () => startMachine()));
    balancer = await balancerOf(machines.map(({ scanUrl }) => new URL(scanUrl).host));
    await balancer.start();
    coordinator = await startCoordinator(behind(balancer, 4), 4);
    clients = nativeClients(coordinator);
  });
  after(async () => {
    await coordinator.stop();
    await balancer.kill();
    await Promise.all(machines.map((server) => server.stop()));
  });
  afterEach(async () => {
    for (const { url } of [coordinator, ...machines]) await untilIdle(url);
  });

  test("answers what one thread answers, match for match", async () => {
    assert.deepEqual(await listed(clients, query), plain);
  });

  test("a Stop reaches all servers behind it, and each says so", async () => {
    const report = await stoppedOnAll(clients, machines);
    assert.equal(report.hops.length, 4);
    assert.equal(report.workersIdle, report.workersUsed);
    assertAllHeard(report.hops);
  });

  test("a coordinator that is killed stops all work behind it", async () => {
    const own = await startCoordinator(behind(balancer, 4), 4);
    await killWhileAllCompute(own, machines);
  });

  test("a server that is told to leave hands its ranges to the others", async () => {
    const leaving = machines[0] as TestServer;
    const indexes = await listed(clients, query, async (count) => {
      if (count === 200) leaving.signal();
    });
    assert.deepEqual(indexes, plain);
    assert.equal(await leaving.ended(), 0);
    machines = machines.slice(1);
  });

  test("a balancer that is killed and comes back loses no match and doubles none", async () => {
    const indexes = await listed(clients, query, async (count) => {
      if (count !== 200) return;
      await balancer.kill();
      for (const { url } of machines) await untilIdle(url);
      await balancer.start();
    });
    assert.deepEqual(indexes, plain);
  });

  test("a server behind it that is killed loses no match and doubles none", async () => {
    const killed = machines[0] as TestServer;
    machines = machines.slice(1);
    const indexes = await listed(clients, query, async (count) => {
      if (count === 200) await killed.kill();
    });
    assert.deepEqual(indexes, plain);
  });
});

test("haproxy brings ranges to a server that wants certificates", {
  skip: noHaproxy,
}, async () => {
  const worker = await startMachine(...machineFlags("scan"));
  const balancer = await balancerOf([new URL(worker.scanUrl).host], true);
  await balancer.start();
  const coordinator = await startCoordinator(behind(balancer, 1), 1);
  assert.equal((await nativeClients(coordinator).finder.find({ desiredName: "cat" })).secret, "BO8=");
  assert.deepEqual(worker.logged({ msg: "a connection is refused: TLS" }), []);
  await coordinator.stop();
  await balancer.kill();
  await worker.stop();
});

function behind({ url }: Balancer, seats: number) {
  return { urls: [url], args: ["--upstream-seats", String(seats)] };
}

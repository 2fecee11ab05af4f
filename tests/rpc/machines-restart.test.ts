import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion } from "../../proto/scan-contract.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { endless, nativeClients } from "../support/clients.ts";
import { listed, plainly } from "../support/listed.ts";
import { freePort } from "../support/ports.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

const query = { name: "doctor", distance: 3, end: 2_000_000 };

describe("a machine that is told to leave", () => {
  let ports: number[];
  let machines: TestServer[];
  let coordinator: TestServer;
  before(async () => {
    ports = await Promise.all([freePort(), freePort(), freePort()]);
    machines = await Promise.all(ports.map(machine));
    coordinator = await startServer({
      args: ["--workers", "0", "--upstream", machines.map(({ scanUrl }) => scanUrl).join(",")],
    });
    await untilActivity(coordinator.url, ({ workers }) => workers === machines.length);
  });
  after(async () => {
    await coordinator.stop();
    for (const server of machines) await server.stop();
  });

  test("hands back its range with what was tried, and its matches", async () => {
    const leaving = machines[0] as TestServer;
    const scanner = createClient(ScanService, createGrpcTransport({ baseUrl: leaving.scanUrl }));
    // So few matches that the range is not full of them before the server must have left.
    const { name, distance } = { ...query, distance: 2 };
    let tried = 0n;
    let toldBytes = 0;
    for await (const { response } of scanner.scan(range(name, distance))) {
      if (response.case === "matches" && toldBytes === 0) leaving.signal();
      if (response.case === "matches") toldBytes += response.value.frames.length;
      if (response.case === "ended") tried = response.value.tried;
    }
    assert.ok(tried > 0n && toldBytes > 0, `${tried} were tried`);
    assert.equal(await leaving.ended(), 0);
    machines[0] = await machine(ports[0] as number);
    await untilActivity(coordinator.url, ({ workers }) => workers === machines.length);
  });

  test("and comes back, one after the other in the middle of a search, loses no match and doubles none", async () => {
    const clients = nativeClients(coordinator);
    const controller = new AbortController();
    const { signal } = controller;
    // So that there is work all the while, however fast the search is.
    const busy = clients.finder.find(endless(), { signal }).catch(() => {});
    let restarts: Promise<void> | undefined;
    const indexes = await listed(clients, query, async () => {
      restarts ??= restartAll();
    });
    await restarts;
    for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
    controller.abort();
    await busy;
    assert.deepEqual(indexes, plainly(query));
    // What was tried by those that left was not tried again: no call was broken.
    assert.equal(coordinator.logged({ reason: "[unavailable] read ECONNRESET" }).length, 0);
  });

  test("and one that freezes has its range redone soon", async () => {
    const frozen = machines[0] as TestServer;
    const controller = new AbortController();
    const call = nativeClients(coordinator)
      .finder.find(endless(), { signal: controller.signal })
      .catch(() => {});
    await untilActivity(frozen.url, ({ workersBusy }) => workersBusy === 1);
    const entry = { msg: "an upstream is set aside", upstream: frozen.scanUrl };
    const before = coordinator.logged(entry).length;
    const fromMs = performance.now();
    frozen.signal("SIGSTOP");
    try {
      await coordinator.untilLogged(entry, before + 1);
    } finally {
      frozen.signal("SIGCONT");
    }
    const tookMs = performance.now() - fromMs;
    assert.ok(tookMs < 3000, `set aside after ${tookMs} ms`);
    const reason = coordinator.logged(entry).at(-1)?.reason;
    console.log(`a frozen machine: set aside after ${Math.round(tookMs)} ms: ${reason}`);
    await untilActivity(coordinator.url, ({ workers }) => workers === machines.length);
    controller.abort();
    await call;
  });

  test("stops computing at once when its coordinator freezes", async () => {
    const call = nativeClients(coordinator)
      .finder.find(endless())
      .catch(() => {});
    for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
    const fromMs = performance.now();
    coordinator.signal("SIGSTOP");
    try {
      await Promise.all(machines.map(({ url }) => untilIdle(url)));
    } finally {
      coordinator.signal("SIGCONT");
    }
    const tookMs = performance.now() - fromMs;
    // Twice the bound: the cores are shared with others.
    assert.ok(tookMs < 3000, `idle after ${tookMs} ms`);
    console.log(`a frozen coordinator: all idle after ${Math.round(tookMs)} ms`);
    await coordinator.kill();
    await call;
    for (const { url } of machines) await untilIdle(url);
    coordinator = await startServer();
  });
  /** One after the other, the next when the last has been taken back. */
  async function restartAll(): Promise<void> {
    for (const [at, leaving] of machines.entries()) {
      await stopCleanly(leaving);
      machines[at] = await machine(ports[at] as number);
      await untilActivity(coordinator.url, ({ workers }) => workers === machines.length);
    }
  }
});

async function* range(desiredName: string, listedHammingDistance: number) {
  yield {
    request: {
      case: "range" as const,
      value: {
        contractVersion: scanContractVersion,
        desiredName,
        idealHammingDistance: -1,
        listedHammingDistance,
        startIndex: 0n,
        count: 1_000_000_000n,
      },
    },
  };
  await new Promise(() => {});
}

function machine(port: number): Promise<TestServer> {
  return startServer({ args: ["--workers", "1", "--kernel", "reference", "--scan-port", String(port)] });
}

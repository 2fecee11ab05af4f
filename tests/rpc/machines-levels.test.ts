import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { endless, nativeClients, reportOf } from "../support/clients.ts";
import { listed, plainly } from "../support/listed.ts";
import { freePort } from "../support/ports.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { until } from "../support/until.ts";

const query = { name: "doctor", distance: 3, end: 2_000_000 };
const plain = plainly(query);

describe("servers behind servers", () => {
  const running: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });

  test("answer what one thread answers, and a Stop reaches the last of them", async () => {
    const leaves = await Promise.all([server("--workers", "1"), server("--workers", "1")]);
    const middle = await server(
      "--workers",
      "0",
      "--upstream",
      leaves.map(({ scanUrl }) => scanUrl).join(","),
    );
    const top = await server("--workers", "0", "--upstream", middle.scanUrl);
    await untilActivity(top.url, ({ workers }) => workers === 2);
    const clients = nativeClients(top);
    assert.deepEqual(await listed(clients, query), plain);

    const search = endless();
    const controller = new AbortController();
    const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
    for (const { url } of leaves) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
    controller.abort();
    await call;
    const { hops, workersIdle, workersUsed, hashesComputed } = await reportOf(clients, search.searchId);
    assert.deepEqual([workersUsed, workersIdle], [2, 2], "each seat of the middle is a worker");
    const names = hops.map(({ serverName }) => Number(serverName.split(":").at(-1)));
    assert.deepEqual(names.sort(), [middle, ...leaves].map(({ pid }) => pid).sort());
    for (const hop of hops) {
      assert.ok(hop.interruptSeenAfter && hop.idleAfter, hop.serverName);
      assert.equal(hop.unconfirmed, 0);
    }
    // Each hash is told by the server that computed it.
    const told = hops.reduce((sum, { hashes }) => sum + hashes, 0n);
    assert.equal(told, hashesComputed);
    for (const { url } of [top, middle, ...leaves]) await untilIdle(url);
  });

  test("are refused when they are the server itself", async () => {
    const port = await freePort();
    const own = await server(
      "--workers",
      "1",
      "--scan-port",
      String(port),
      "--upstream",
      `http://127.0.0.1:${port}`,
    );
    await until(() => loops(own) > 0);
    assert.deepEqual(await listed(nativeClients(own), query), plain);
    await untilIdle(own.url);
  });

  test("are refused when they lead back to it, and both go on alone or as one", async () => {
    const ports = await Promise.all([freePort(), freePort()]);
    const both = await Promise.all(
      ports.map((port, at) =>
        server(
          "--workers",
          "1",
          "--scan-port",
          String(port),
          "--upstream",
          `http://127.0.0.1:${ports[1 - at]}`,
        ),
      ),
    );
    const found = both.map((each) => listed(nativeClients(each), query));
    await until(() => both.some((each) => loops(each) > 0));
    for (const indexes of found) assert.deepEqual(await indexes, plain);
    for (const each of both) assert.deepEqual(await listed(nativeClients(each), query), plain);
    for (const { url } of both) await untilIdle(url);
  });

  async function server(...args: string[]): Promise<TestServer> {
    const scanPort = args.includes("--scan-port") ? [] : ["--scan-port", "0"];
    const started = await startServer({ args: [...args, ...scanPort] });
    running.push(started);
    return started;
  }
});

/** How often a server said that an upstream makes a loop. */
function loops({ words }: TestServer): number {
  return words.filter((line) => line.includes("Take the loop out") || line.includes("take the loop out"))
    .length;
}

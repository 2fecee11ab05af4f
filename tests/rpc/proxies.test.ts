import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { patient } from "../../scripts/test-limits.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { hasOneAddress } from "../support/callers.ts";
import { endless, errorOf } from "../support/clients.ts";
import { closeToIdle } from "../support/close-to-idle.ts";
import { type ReverseProxy, startProxy, without } from "../support/proxies.ts";
import { clientsThrough, waysThrough } from "../support/proxy-callers.ts";
import { type ProxyName, proxyKinds } from "../support/proxy-files.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

// On a machine with nothing else to do, of nine cancels the middle one, and the slowest.
const cancelLimitMs = patient(50);
const longestMs = patient(2000);
const cancels = 9;

for (const name of Object.keys(proxyKinds) as ProxyName[]) {
  describe(`behind ${name}`, { skip: without(name) }, () => {
    let server: TestServer;
    let proxy: ReverseProxy;
    before(async () => {
      const limits = ["--maximum-hashes", "0", "--maximum-searches-per-client", "1"];
      server = await startServer({ args: [...limits, "--trusted-proxies", "127.0.0.1"] });
      proxy = await startProxy(name, [server]);
    });
    after(async () => {
      await proxy.stop();
      await stopCleanly(server);
    });

    test("the page comes as the server sends it", async () => {
      const page = await fetch(proxy.url);
      assert.equal(page.status, 200);
      assert.match(await page.text(), /<title>/);
      assert.ok(page.headers.get("content-security-policy"));
    });

    test("the page's own calls are taken: the server knows the name and port that it was opened by", async () => {
      const { status } = await fetch(`${proxy.url}/grpc.health.v1.Health/Check`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: proxy.url },
        body: "{}",
      });
      assert.equal(status, 200);
    });

    for (const way of waysThrough) {
      test(`over ${way}, a message arrives before the next is sent`, async () => {
        const { streams } = clientsThrough(proxy, way);
        const key = `first over ${way}`;
        const controller = new AbortController();
        const { signal } = controller;
        await assert.rejects(async () => {
          for await (const _ of streams.stream({ key }, { signal })) controller.abort();
        });
        await server.untilLogged({ msg: "stream ended", key });
        const [ended] = server.logged({ msg: "stream ended", key });
        assert.deepEqual([ended?.cause, ended?.messages], ["cancelled", 1]);
      });

      test(`over ${way}, workers are idle within 50 ms of the client's close`, async (t) => {
        const clients = clientsThrough(proxy, way);
        const delays: number[] = [];
        for (let i = 0; i < cancels; i++) delays.push(await closeToIdle(server, clients));
        const sorted = delays.toSorted((a, b) => a - b).map((ms) => ms.toFixed(1));
        t.diagnostic(`${name}, ${way}: ${sorted.join(", ")} ms`);
        assert.ok(Number(sorted[Math.floor(cancels / 2)]) <= cancelLimitMs, `${sorted.join(", ")} ms`);
        assert.ok(Number(sorted.at(-1)) <= longestMs, `${sorted.join(", ")} ms`);
      });

      test(`over ${way}, two clients are two, whatever they claim to be`, {
        skip: hasOneAddress,
      }, async () => {
        const headers = { "x-forwarded-for": "198.51.100.1", forwarded: "for=198.51.100.1" };
        const from = (i: number) => clientsThrough(proxy, way, { localAddress: `127.0.0.${i}`, headers });
        const controller = new AbortController();
        const { signal } = controller;
        const running = [2, 3].map((i) => errorOf(from(i), "find", endless(), { signal }));
        await untilActivity(server.url, ({ searches }) => searches === 2);
        for (const i of [2, 3]) {
          assert.equal((await errorOf(from(i), "find", endless()))?.code, Code.ResourceExhausted);
        }
        controller.abort();
        for (const error of await Promise.all(running)) assert.equal(error?.code, Code.Canceled);
        await untilIdle(server.url);
      });
    }
  });
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { outcomeOf } from "../../client/outcome.ts";
import { configFrom } from "../../server/config.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { endless, errorOf } from "../support/clients.ts";
import { startFind } from "../support/find.ts";
import { type ReverseProxy, startProxy, without } from "../support/proxies.ts";
import { clientsThrough, waysThrough } from "../support/proxy-callers.ts";
import { type ProxyName, proxyKinds } from "../support/proxy-files.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

/** The lines of each configuration that end a call of which nothing is heard. */
const timeouts: Readonly<Record<string, RegExp>> = {
  "nginx.conf": /\w+_(?:read|send)_timeout (\d+)s;/g,
  "haproxy.cfg": /timeout (?:client|server) (\d+)s/g,
  Caddyfile: /response_header_timeout (\d+)s/g,
  "envoy.yaml": /stream_idle_timeout: (\d+)s/g,
};

for (const [file, pattern] of Object.entries(timeouts)) {
  test(`${file} waits longer than the server lets a search take`, () => {
    const config = configFrom([], {});
    assert.ok(config !== "help");
    const path = fileURLToPath(new URL(`../../deploy/proxies/${file}`, import.meta.url));
    const seconds = [...readFileSync(path, "utf8").matchAll(pattern)].map(([, value]) => Number(value));
    assert.equal(seconds.length, { "nginx.conf": 4, "haproxy.cfg": 2, Caddyfile: 1, "envoy.yaml": 1 }[file]);
    for (const value of seconds) assert.ok(value * 1000 > config.limits.maximumTimeMs, `${value} s`);
  });
}

for (const name of Object.keys(proxyKinds) as ProxyName[]) {
  describe(`${name} with a short timeout`, { skip: without(name) }, () => {
    let server: TestServer;
    let proxy: ReverseProxy;
    before(async () => {
      server = await startServer({ args: ["--maximum-hashes", "0", "--trusted-proxies", "127.0.0.1"] });
      proxy = await startProxy(name, [server], { timeout: "1s" });
    });
    after(async () => {
      await proxy.stop();
      await stopCleanly(server);
    });

    // Caddy knows no such timeout for the cleartext HTTP/2 that it speaks to the gRPC port.
    const ways = waysThrough.filter((way) => name !== "Caddy" || way !== "native gRPC");
    for (const way of ways) {
      test(`ends a silent search with 504 over ${way}, and frees its workers`, async () => {
        const ended = errorOf(clientsThrough(proxy, way), "find", endless());
        await untilActivity(server.url, ({ workersBusy }) => workersBusy > 0);
        assert.deepEqual(outcomeOf(await ended), { kind: "lost", proxyStatus: 504 });
        await untilIdle(server.url);
      });
    }

    test("answers 502 or 503 when there is no server, which is told apart from a lost connection", async () => {
      const gone = await startServer({ args: ["--workers", "1"] });
      const before = await startProxy(name, [gone]);
      await stopCleanly(gone);
      // The first tries to reach it, those after it may know already.
      for (let i = 0; i < (name === "Caddy" ? 1 : 10); i++) {
        const error = await errorOf(clientsThrough(before, "gRPC-Web over HTTP/1.1"), "find", endless());
        const outcome = outcomeOf(error);
        assert.ok(outcome.kind === "lost" && [502, 503].includes(outcome.proxyStatus ?? 0), String(error));
      }
      await before.stop();
    });

    for (const protocol of ["grpc-web", "connect"]) {
      test(`is named by the client for the terminal, over ${protocol}`, async () => {
        const find = startFind([endless().desiredName, "--server", proxy.url, "--protocol", protocol]);
        assert.equal(await find.ended(), 3);
        assert.match(
          find.words(),
          /^The proxy in front of http:\/\/localhost:\d+ ended the call: 504, its timeout\. .* Continue with --start-index \d+\.\n$/,
        );
        await untilIdle(server.url);
      });
    }
  });
}

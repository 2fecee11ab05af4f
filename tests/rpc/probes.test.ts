import assert from "node:assert/strict";
import { request } from "node:http";
import { connect } from "node:http2";
import { after, before, describe, test } from "node:test";
import { untilActivity } from "../support/activity.ts";
import { tlsFlags } from "../support/certificates.ts";
import { freePort } from "../support/ports.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly words: string;
}

describe("the probes", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: ["--workers", "1"] });
  });
  after(() => stopCleanly(server));

  for (const [path, words] of [
    ["/healthz", "alive\n"],
    ["/readyz", "ready\n"],
  ] as const) {
    test(`of ${path} are answered in plain text that nobody keeps, by whatever name they ask`, async () => {
      for (const host of ["10.1.2.3:8080", "finder.example", "", undefined]) {
        const { status, headers, words: said } = await ask(server.url, path, { host });
        assert.deepEqual([status, said], [200, words], `${host}`);
        assert.equal(headers["content-type"], "text/plain; charset=utf-8");
        assert.equal(headers["cache-control"], "no-store");
      }
      assert.equal((await ask(server.url, `${path}?from=balancer`)).status, 200);
      assert.deepEqual((await ask(server.url, path, { method: "HEAD" })).words, "");
      const refused = await ask(server.url, path, { method: "POST" });
      assert.deepEqual([refused.status, refused.headers.allow], [405, "GET, HEAD"]);
    });
  }

  test("are answered by nothing else of the page", async () => {
    for (const path of ["/healthz/", "/readyz.html", "//healthz"]) {
      assert.equal((await ask(server.url, path)).status, 404, path);
    }
  });

  test("are answered over HTTP/2 and TLS", async () => {
    const secure = await startServer({ args: ["--workers", "1", ...tlsFlags("localhost")] });
    const session = connect(secure.url, { rejectUnauthorized: false });
    const call = session.request({ ":path": "/readyz" });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    call.once("response", (headers) => resolve(headers[":status"]));
    assert.equal(await promise, 200);
    call.resume();
    session.close();
    await stopCleanly(secure);
  });

  test("say that a server is alive and not ready while nothing computes for it", async () => {
    const port = await freePort();
    const coordinator = await startServer({
      args: ["--workers", "0", "--upstream", `http://127.0.0.1:${port}`],
    });
    assert.equal((await ask(coordinator.url, "/healthz")).status, 200);
    const { status, words } = await ask(coordinator.url, "/readyz");
    assert.deepEqual([status, words], [503, "not ready: no worker computes for it\n"]);
    const machine = await startServer({ args: ["--workers", "1", "--scan-port", String(port)] });
    await untilActivity(coordinator.url, ({ workers }) => workers === 1);
    assert.equal((await ask(coordinator.url, "/readyz")).status, 200);
    await coordinator.stop();
    await stopCleanly(machine);
  });
});

/** As a probe asks: with whatever Host it likes; undefined for the usual one. */
async function ask(
  url: string,
  path: string,
  { method = "GET", host }: { readonly method?: string; readonly host?: string | undefined } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { port } = new URL(url);
  const headers = host === undefined ? {} : { host };
  request({ host: "127.0.0.1", port, path, method, headers, agent: false }, async (response) => {
    let words = "";
    for await (const part of response.setEncoding("utf8")) words += part;
    resolve({ status: response.statusCode ?? 0, headers: response.headers, words });
  })
    .on("error", reject)
    .end();
  return await promise;
}

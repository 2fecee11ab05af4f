import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { probes } from "../../server/probes.ts";

describe("the probes", () => {
  const leaving = new AbortController();
  let workers = 1;
  const probed = { leaving: leaving.signal, workers: () => workers };
  const server = createServer(probes((_request, response) => void response.end("a page"), probed));
  let url: string;
  before(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const answerOf = async (path: string, method = "GET"): Promise<readonly [number, string]> => {
    const response = await fetch(url + path, { method });
    const words = await response.text();
    if (words === "a page") return [response.status, words];
    const said = ["content-type", "cache-control", "x-content-type-options"].map((name) =>
      response.headers.get(name),
    );
    assert.deepEqual(said, ["text/plain; charset=utf-8", "no-store", "nosniff"]);
    assert.equal(response.headers.get("allow"), response.status === 405 ? "GET, HEAD" : null);
    return [response.status, words];
  };

  test("ask at two addresses, with GET or HEAD, and all else is the page's", async () => {
    assert.deepEqual(await answerOf("/healthz"), [200, "alive\n"]);
    assert.deepEqual(await answerOf("/readyz?from=a"), [200, "ready\n"]);
    assert.deepEqual(await answerOf("/healthz", "HEAD"), [200, ""]);
    for (const path of ["/healthz", "/readyz"]) {
      assert.deepEqual(await answerOf(path, "POST"), [405, "Ask with GET or HEAD.\n"]);
    }
    for (const path of ["/", "/healthz/", "/readyz.html", "//healthz"]) {
      assert.deepEqual(await answerOf(path), [200, "a page"]);
      assert.deepEqual(await answerOf(path, "POST"), [200, "a page"]);
    }
  });

  test("hear that nothing computes for it, and that it leaves, and that it is alive all the while", async () => {
    workers = 0;
    assert.deepEqual(await answerOf("/readyz"), [503, "not ready: no worker computes for it\n"]);
    assert.deepEqual(await answerOf("/healthz"), [200, "alive\n"]);
    workers = 1;
    assert.deepEqual(await answerOf("/readyz"), [200, "ready\n"]);
    leaving.abort();
    assert.deepEqual(await answerOf("/readyz"), [503, "not ready: the server is shutting down\n"]);
    assert.deepEqual(await answerOf("/readyz", "HEAD"), [503, ""]);
    assert.deepEqual(await answerOf("/healthz"), [200, "alive\n"]);
  });
});

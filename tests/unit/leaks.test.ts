import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { getEventListeners } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { after, describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createClient, createRouterTransport, type Interceptor } from "@connectrpc/connect";
import { pino } from "pino";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { Call, callKey } from "../../server/edge/call.ts";
import { hashFinder } from "../../server/rpc/hash-finder.ts";
import { keptAtMost, Searches } from "../../server/search/searches.ts";
import { testEngine } from "../support/engine.ts";
import { addressed } from "../support/identities.ts";
import { noLimits } from "../support/limits.ts";
import { quotasOf } from "../support/quotas.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const engine = testEngine("simd-x2");
after(() => engine.close());

const incoming = new IncomingMessage(new Socket());
const call = new Call(incoming, new ServerResponse(incoming), addressed("client"));
const asIfThroughTheEdge: Interceptor = (next) => (request) => {
  request.contextValues.set(callKey, call);
  return next(request);
};

describe("the searches of a server", () => {
  const searches = new Searches(engine, { ...noLimits, maximumTimeMs: 60_000 }, () => {});
  const client = createClient(
    HashFinder,
    createRouterTransport(
      ({ service }) => {
        service(HashFinder, hashFinder(searches, quotasOf(), pino({ level: "silent" })));
      },
      { router: { interceptors: [asIfThroughTheEdge] } },
    ),
  );

  async function abortedSearch(): Promise<string> {
    const searchId = randomUUID();
    const controller = new AbortController();
    const ended = assert.rejects(
      client.find({ desiredName: "zzzzzzzzzzzz", searchId }, { signal: controller.signal }),
    );
    while (!searches.live(searchId)) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await ended;
    await searches.get(searchId)?.ended;
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    return searchId;
  }

  test("leave no slot, no listener, and no more memory than their reports", async () => {
    // Until then V8 compiles what the calls run, which is memory too.
    for (let i = 0; i < 1000; i++) await abortedSearch();
    const before = heapUsed();
    const more = 1000;
    for (let i = 0; i < more; i++) await abortedSearch();
    const bytesEach = (heapUsed() - before) / more;
    assert.equal(searches.running(), 0);
    assert.equal(engine.busy, 0);
    assert.ok(bytesEach < 1500, `each ended search holds ${Math.round(bytesEach)} bytes`);
  });

  test("forget the oldest report when there are too many", async () => {
    const first = await abortedSearch();
    assert.ok(searches.get(first));
    const signal = new AbortController().signal;
    for (let i = 0; i < keptAtMost; i++) {
      const search = searches.start({
        id: randomUUID(),
        client: "test",
        owner: "test",
        call: "find",
        query: { name: "a", idealDistance: 1, listedDistance: 1, start: 0n, end: 10n, budgeted: true },
      });
      await search.answer();
    }
    assert.equal(searches.get(first), undefined);
    assert.equal(
      await searches.report({ id: first, client: "test", owner: "test", reason: "" }, signal),
      undefined,
    );
  });
});

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

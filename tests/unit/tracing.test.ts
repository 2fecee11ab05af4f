import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { propagation, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { pino } from "pino";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { Engine } from "../../server/engine/engine.ts";
import { rpcError } from "../../server/rpc/errors.ts";
import { hashFinder } from "../../server/rpc/hash-finder.ts";
import { Searches } from "../../server/search/searches.ts";
import { searchSpan } from "../../server/tracing/search-span.ts";
import { errorOf, nativeClients } from "../support/clients.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { noLimits } from "../support/limits.ts";
import { type Mounted, mount } from "../support/mounted.ts";
import { quotasOf } from "../support/quotas.ts";
import { remoteWorkersOn } from "../support/remote-workers.ts";
import { type ScanServer, startScanServer } from "../support/scan-server.ts";
import { until } from "../support/until.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callersSpan = "b7ad6b7169203331";
const traceparent = `00-${traceId}-${callersSpan}-01`;

test("without an SDK a search has no trace, and passes on none", () => {
  const span = searchSpan(new Headers({ traceparent }), randomUUID(), "find");
  assert.equal(span.headers, undefined);
});

describe("the spans of a search on a server that computes through another, which computes through a third", () => {
  const exporter = new InMemorySpanExporter();
  const leaf = new FakeWorkers(1);
  const scanServers: ScanServer[] = [];
  const engines: Engine[] = [];
  let searches: Searches;
  let mounted: Mounted;
  before(async () => {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    engines.push(new Engine(leaf));
    for (let hops = 0; hops < 2; hops++) {
      const scanServer = await startScanServer(engines.at(-1) as Engine);
      scanServers.push(scanServer);
      const engine = new Engine(remoteWorkersOn([scanServer.url]).workers);
      engines.push(engine);
      await until(() => engine.workers === 1);
    }
    searches = new Searches(engines.at(-1) as Engine, { ...noLimits, maximumSearchesPerClient: 1 }, () => {});
    mounted = await mount({
      routes: (router) =>
        void router.service(HashFinder, hashFinder(searches, quotasOf(), pino({ level: "silent" }))),
      toRpcError: (error) => rpcError(error, "here"),
    });
  });
  after(async () => {
    await mounted.close();
    await searches.close("shutdown");
    for (const engine of engines.reverse()) await engine.close();
    for (const server of scanServers) await server.close();
    trace.disable();
    propagation.disable();
  });

  /** Starts a search, stops it while the third server computes, and answers its spans, the caller's side first. */
  async function stopped(headers: Readonly<Record<string, string>>): Promise<readonly ReadableSpan[]> {
    exporter.reset();
    const controller = new AbortController();
    const request = { desiredName: "zzzzzzzzzzzz" };
    const clients = nativeClients(mounted);
    const ended = errorOf(clients, "find", request, { signal: controller.signal, headers });
    await until(() => leaf.slices.length === 1);
    // A second search of the same client is refused: it has a span of its own.
    await errorOf(clients, "find", request, { headers });
    controller.abort();
    await until(() => leaf.slices[0]?.isInterrupted === true);
    leaf.slices[0]?.finish(5);
    await ended;
    await until(() => spans("hash_name.HashFinder/Find").length === 2);
    const [search] = spans("hash_name.HashFinder/Find").filter(
      ({ attributes }) => attributes["hash_finder.cause"] !== undefined,
    );
    assert.ok(search);
    const hops: ReadableSpan[] = [];
    for (let above: ReadableSpan | undefined = search; above; ) {
      const { spanId } = above.spanContext();
      above = exporter
        .getFinishedSpans()
        .find(
          ({ name, parentSpanContext }) => name.endsWith("/Scan") && parentSpanContext?.spanId === spanId,
        );
      if (above) hops.push(above);
    }
    return [search, ...hops];
  }

  const spans = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);

  test("are one of the search and one of each hop, in its caller's trace", async () => {
    const [search, ...hops] = await stopped({ traceparent });
    assert.equal(search?.spanContext().traceId, traceId);
    assert.equal(search?.parentSpanContext?.spanId, callersSpan);
    assert.equal(hops.length, 2);
    for (const hop of hops) assert.equal(hop.spanContext().traceId, traceId);
    assert.deepEqual(
      hops.map(({ attributes }) => attributes["server.address"]),
      scanServers.map(({ url }) => url).reverse(),
    );
  });

  test("tell the cancel with its cause, the interrupt of each hop, and what was computed", async () => {
    const [search, ...hops] = await stopped({ traceparent });
    assert.deepEqual(
      search?.events.map(({ name, attributes }) => [name, attributes]),
      [["cancel", { "hash_finder.cause": "cancelled" }]],
    );
    assert.equal(search?.attributes["hash_finder.cause"], "cancelled");
    assert.equal(search?.attributes["hash_finder.hashes"], 5);
    for (const hop of hops) {
      assert.deepEqual(
        hop.events.map(({ name }) => name),
        ["interrupt"],
      );
      assert.equal(hop.attributes["hash_finder.confirmed"], true);
    }
    const [cancel] = search?.events ?? [];
    assert.ok(
      cancel && search && at(cancel.time) >= at(search.startTime) && at(cancel.time) <= at(search.endTime),
    );
  });

  test("begin a trace of their own for a caller that has none, and say nothing that was typed", async () => {
    const all = await stopped({});
    assert.ok(all.every((span) => span.spanContext().traceId === all[0]?.spanContext().traceId));
    assert.equal(all[0]?.parentSpanContext, undefined);
    for (const { attributes, events } of exporter.getFinishedSpans()) {
      assert.doesNotMatch(JSON.stringify([attributes, events.map((event) => event.attributes)]), /zzz/);
    }
    const refused = spans("hash_name.HashFinder/Find").find(
      ({ attributes }) => attributes["hash_finder.refused"] !== undefined,
    );
    assert.match(String(refused?.attributes["hash_finder.refused"]), /client full/);
  });
});

function at([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

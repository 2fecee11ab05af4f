import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get, IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { after, describe, test } from "node:test";
import { pino } from "pino";
import type { Refusal } from "../../server/calls/refusal.ts";
import type { Transport } from "../../server/edge/transport/transport.ts";
import { Metrics } from "../../server/metrics/metrics.ts";
import { type MetricsPortOptions, metricsPort } from "../../server/metrics-port.ts";
import type { Cause } from "../../server/search/report.ts";
import { noLimits } from "../support/limits.ts";
import { type ReadMetrics, readMetrics } from "../support/metrics.ts";
import { cancelledReport as report } from "../support/reports.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** Numbers that are all different, so that none stands for another. */
const sources: MetricsPortOptions["sources"] = {
  kernel: "plain",
  isReady: () => true,
  engine: { hashes: 1001, workers: 1002, busy: 1003 },
  searches: {
    running: () => 1004,
    waiting: 1005,
    limits: { ...noLimits, maximumSearches: 1007, maximumWaiting: 1008 },
  },
  streams: { count: () => 1006 },
  ports: { page: { connections: 1010 }, gRPC: { connections: 1011 } },
  loop: { lastMinute: { longestMs: 1012, medianDelayMs: 1013, worstDelayMs: 1014 } },
};

describe("the metrics", () => {
  const ports: Transport[] = [];
  after(async () => {
    for (const port of ports) await port.close(0);
  });

  async function opened(metrics: Metrics, from = sources): Promise<string> {
    const port = metricsPort(metrics, {
      sources: from,
      allowedHosts: ["prometheus.example"],
      log: pino({ level: "silent" }),
    });
    ports.push(port);
    await port.listen("127.0.0.1", 0);
    return `http://127.0.0.1:${port.port}/metrics`;
  }

  const read = async (metrics: Metrics): Promise<ReadMetrics> => await readMetrics(await opened(metrics));

  test("tell each number under its own name, as it is when they are read", async () => {
    let [hashes, isReady] = [5, false];
    const metrics = new Metrics();
    const engine = {
      ...sources.engine,
      get hashes() {
        return hashes;
      },
    };
    const url = await opened(metrics, { ...sources, engine, isReady: () => isReady });
    metrics.callBegun("a.A/B", new ServerResponse(new IncomingMessage(new Socket())));
    const now = await readMetrics(url);
    for (const [name, value] of [
      ["ready", 0],
      ["hashes_total", 5],
      ["workers", 1002],
      ["workers_busy", 1003],
      ["searches_running", 1004],
      ["searches_waiting", 1005],
      ["streams_open", 1006],
      ["searches_running_limit", 1007],
      ["searches_waiting_limit", 1008],
      ["event_loop_longest_turn_seconds", 1.012],
    ] as const) {
      assert.equal(now.value(`hash_finder_${name}`), value, name);
    }
    assert.equal(now.value("hash_finder_calls_active", { method: "a.A/B" }), 1);
    assert.equal(now.value("hash_finder_connections", { port: "page" }), 1010);
    assert.equal(now.value("hash_finder_connections", { port: "gRPC" }), 1011);
    assert.equal(now.value("hash_finder_event_loop_delay_seconds", { percentile: "50" }), 1.013);
    assert.equal(now.value("hash_finder_event_loop_delay_seconds", { percentile: "99" }), 1.014);
    const build = { version, node: process.version, kernel: "plain" };
    assert.equal(now.value("hash_finder_build_info", build), 1);
    [hashes, isReady] = [7, true];
    const later = await readMetrics(url);
    assert.deepEqual([later.value("hash_finder_hashes_total"), later.value("hash_finder_ready")], [7, 1]);
  });

  test("tell how the process is", async (t) => {
    t.mock.method(process, "cpuUsage", () => ({ user: 1_250_000, system: 500_000 }));
    const earliest = performance.timeOrigin / 1000;
    const now = await read(new Metrics());
    assert.equal(now.value("process_cpu_seconds_total"), 1.75);
    assert.equal(now.value("process_start_time_seconds"), earliest);
    const resident = now.value("process_resident_memory_bytes");
    const heap = now.value("nodejs_heap_size_used_bytes");
    assert.ok(resident > 1e7 && heap > 1e6 && resident > heap);
    assert.ok(now.value("nodejs_external_memory_bytes") > 0);
  });

  test("have every series from the start, at 0", async () => {
    const now = await read(new Metrics());
    const causes: Cause[] = ["found", "cancelled", "deadline", "budget", "credit", "shutdown", "failure"];
    for (const cause of [...causes, "space_exhausted"]) {
      assert.equal(now.value("hash_finder_searches_ended_total", { cause }), 0);
    }
    for (const cause of ["done", "cancelled", "deadline", "shutdown"]) {
      assert.equal(now.value("hash_finder_streams_ended_total", { cause }), 0);
    }
    for (const [calls, why] of [
      ["searches", "client_full"],
      ["searches", "server_full"],
      ["streams", "client_full"],
      ["streams", "server_full"],
      ["searches", "too_often"],
      ["searches", "credit_spent"],
      ["searches", "store_gone"],
      ["any", "unauthenticated"],
      ["any", "other_host"],
      ["any", "other_origin"],
    ] as const) {
      assert.equal(now.value("hash_finder_calls_refused_total", { calls, why }), 0);
    }
    for (const name of ["matches_total", "worker_crashes_total", "searches_unconfirmed_total"]) {
      assert.equal(now.value(`hash_finder_${name}`), 0);
    }
    assert.equal(now.value("hash_finder_cancel_to_idle_seconds_count"), 0);
  });

  test("count the ends of searches by their cause, with what they took", async () => {
    const metrics = new Metrics();
    metrics.searchEnded(report);
    metrics.searchEnded({ ...report, workersIdle: 1, workersIdleAfterMs: 600 });
    metrics.searchEnded({ ...report, cause: "space exhausted", workersUsed: 1, workersIdle: 1 });
    metrics.searchEnded({ ...report, workersUsed: 1, workersIdle: 1 });
    // It waited in line.
    metrics.searchEnded({
      ...report,
      workersUsed: 0,
      workersIdle: 0,
      hashesAfterEnding: 0n,
      matchesSent: 0n,
    });
    const now = await read(metrics);
    assert.equal(now.value("hash_finder_searches_ended_total", { cause: "cancelled" }), 4);
    assert.equal(now.value("hash_finder_searches_ended_total", { cause: "space_exhausted" }), 1);
    assert.equal(now.value("hash_finder_searches_ended_total", { cause: "found" }), 0);
    assert.equal(now.value("hash_finder_hashes_after_ending_total"), 120);
    assert.equal(now.value("hash_finder_matches_total"), 16);
    assert.equal(now.value("hash_finder_searches_unconfirmed_total"), 1);
    assert.equal(now.value("hash_finder_cancel_to_idle_seconds_count"), 3);
    assert.ok(Math.abs(now.value("hash_finder_cancel_to_idle_seconds_sum") - 0.514) < 1e-9);
    for (const [le, count] of [
      ["0.001", 0],
      ["0.0025", 0],
      ["0.005", 0],
      ["0.01", 2],
      ["0.025", 2],
      ["0.05", 2],
      ["0.1", 2],
      ["0.25", 2],
      ["0.5", 3],
      ["1", 3],
      ["2.5", 3],
      ["+Inf", 3],
    ] as const) {
      assert.equal(now.value("hash_finder_cancel_to_idle_seconds_bucket", { le }), count, le);
    }
  });

  test("count the ends of streams, crashes, and what is refused by what it was and why", async () => {
    const metrics = new Metrics();
    const url = await opened(metrics);
    metrics.streamEnded("deadline");
    metrics.workerCrashed();
    metrics.workerCrashed();
    for (const [refusal, labels] of [
      [
        { why: "client full", of: "streams", limit: 1, retryAfterMs: 1 },
        { calls: "streams", why: "client_full" },
      ],
      [
        { why: "too often", limit: 1, retryAfterMs: 1 },
        { calls: "searches", why: "too_often" },
      ],
      [{ why: "shutdown" }, { calls: "any", why: "shutdown" }],
      [{ why: "id taken" }, { calls: "any", why: "id_taken" }],
    ] as const satisfies readonly (readonly [Refusal, Readonly<Record<string, string>>])[]) {
      metrics.refused(refusal);
      metrics.refused(refusal);
      const now = await readMetrics(url);
      assert.equal(now.value("hash_finder_calls_refused_total", labels), 2, refusal.why);
    }
    const now = await readMetrics(url);
    assert.equal(now.value("hash_finder_streams_ended_total", { cause: "deadline" }), 1);
    assert.equal(now.value("hash_finder_streams_ended_total", { cause: "done" }), 0);
    assert.equal(now.value("hash_finder_worker_crashes_total"), 2);
  });

  test("are read at /metrics with GET alone, kept by nobody, and by no page from elsewhere", async () => {
    const url = await opened(new Metrics());
    const found = await fetch(`${url}?x=1`);
    assert.deepEqual([found.status, found.headers.get("cache-control")], [200, "no-store"]);
    for (const [path, method] of [
      ["", "POST"],
      ["", "HEAD"],
      ["/", "GET"],
      ["/../", "GET"],
    ] as const) {
      const response = await fetch(url + path, { method });
      assert.deepEqual(
        [response.status, response.headers.get("content-type"), await response.text()],
        [404, "text/plain; charset=utf-8", method === "HEAD" ? "" : "The metrics are at /metrics.\n"],
      );
    }
    for (const [origin, status] of [
      ["http://evil.example", 403],
      ["http://prometheus.example", 200],
    ] as const) {
      assert.equal((await fetch(url, { headers: { origin } })).status, status, origin);
    }
    // Nor by a page whose own name was made to lead here.
    const asked = get(url, { headers: { host: "evil.example" }, agent: false });
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 421);
  });

  test("are read over sixteen connections of one address at a time", async () => {
    const url = new URL(await opened(new Metrics()));
    const sockets = Array.from({ length: 17 }, () => new Socket().connect(Number(url.port), "127.0.0.1"));
    let refused = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const socket of sockets) {
      socket.on("error", () => {});
      socket.once("close", () => {
        refused++;
        resolve();
      });
    }
    await promise;
    assert.equal(ports.at(-1)?.connections, 16);
    assert.equal(refused, 1);
    for (const socket of sockets) socket.destroy();
  });
});

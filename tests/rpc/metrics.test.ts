import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { endless, errorOf, reportOf, webClients } from "../support/clients.ts";
import { readMetrics } from "../support/metrics.ts";
import { grpcWebRaw } from "../support/outside-callers.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { tokenFile } from "../support/token-file.ts";
import { readYaml, withoutYaml } from "../support/yaml.ts";

describe("the metrics of a server that has run a search and a cancel", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: ["--workers", "1", "--metrics-port", "0", "--maximum-hashes", "0"] });
    const clients = webClients(server);
    await clients.finder.find({ desiredName: "wor", idealHammingDistance: 2 });
    const request = endless();
    const controller = new AbortController();
    const ended = errorOf(clients, "findRange", request, { signal: controller.signal });
    await untilActivity(server.url, ({ workersBusy }) => workersBusy === 1);
    controller.abort();
    await ended;
    await reportOf(clients, request.searchId);
    await untilIdle(server.url);
  });
  after(() => stopCleanly(server));

  test("say what has happened, as the reports do", async () => {
    const metrics = await readMetrics(server.metricsUrl);
    const ends = server.logged({ msg: "search ended" });
    assert.equal(metrics.value("hash_finder_searches_ended_total", { cause: "found" }), 1);
    assert.equal(metrics.value("hash_finder_searches_ended_total", { cause: "cancelled" }), 1);
    assert.equal(metrics.value("hash_finder_searches_ended_total", { cause: "failure" }), 0);
    const hashes = ends.reduce((sum, end) => sum + Number(end.hashes), 0);
    assert.ok(hashes > 0);
    assert.equal(metrics.value("hash_finder_hashes_total"), hashes);
    assert.equal(metrics.value("hash_finder_matches_total"), 1);
    assert.equal(metrics.value("hash_finder_cancel_to_idle_seconds_count"), 1);
    const [cancelled] = server.logged({ msg: "search ended", cause: "cancelled" });
    const idleAfterMs = Number(cancelled?.workersIdleAfterMs) - Number(cancelled?.endingSeenAfterMs);
    assert.equal(metrics.value("hash_finder_cancel_to_idle_seconds_sum"), idleAfterMs / 1000);
    assert.equal(metrics.value("hash_finder_searches_unconfirmed_total"), 0);
  });

  test("say how it is now", async () => {
    const controller = new AbortController();
    const ended = errorOf(webClients(server), "find", endless(), { signal: controller.signal });
    // Between two slices a worker is idle for a moment.
    let metrics = await readMetrics(server.metricsUrl);
    while (metrics.value("hash_finder_workers_busy") !== 1) metrics = await readMetrics(server.metricsUrl);
    assert.equal(metrics.value("hash_finder_workers"), 1);
    assert.equal(metrics.value("hash_finder_searches_running"), 1);
    assert.equal(metrics.value("hash_finder_calls_active", { method: "hash_name.HashFinder/Find" }), 1);
    assert.ok(metrics.value("hash_finder_connections", { port: "page" }) >= 1);
    assert.equal(metrics.value("hash_finder_ready"), 1);
    assert.ok(metrics.value("hash_finder_event_loop_longest_turn_seconds") > 0);
    assert.ok(metrics.value("process_resident_memory_bytes") > 1e7);
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    const build = { version, node: process.version, kernel: "simd-x2" };
    assert.equal(metrics.value("hash_finder_build_info", build), 1);
    controller.abort();
    await ended;
    await untilIdle(server.url);
    const after = await readMetrics(server.metricsUrl);
    assert.equal(after.value("hash_finder_calls_active", { method: "hash_name.HashFinder/Find" }), 0);
  });

  test("count what is refused", async () => {
    const full = await startServer({
      args: ["--workers", "1", "--metrics-port", "0", "--maximum-searches-per-client", "1"],
    });
    const controller = new AbortController();
    const first = errorOf(webClients(full), "find", endless(), { signal: controller.signal });
    await untilActivity(full.url, ({ searches }) => searches === 1);
    assert.match(String(await errorOf(webClients(full), "find", endless())), /as many as one client may/);
    const metrics = await readMetrics(full.metricsUrl);
    const labels = { calls: "searches", why: "client_full" };
    assert.equal(metrics.value("hash_finder_calls_refused_total", labels), 1);
    controller.abort();
    await first;
    await stopCleanly(full);
  });

  test("count who is refused at the door: without a token, by another name, from another origin", async () => {
    const tokens = tokenFile("ann");
    const strict = await startServer({
      args: ["--workers", "1", "--metrics-port", "0", "--token-file", tokens.path],
    });
    const count = async (why: string) =>
      (await readMetrics(strict.metricsUrl)).value("hash_finder_calls_refused_total", { calls: "any", why });
    const whys = ["unauthenticated", "other_host", "other_origin"];
    assert.deepEqual(await Promise.all(whys.map(count)), [0, 0, 0]);
    const find = "/hash_name.HashFinder/Find";
    for (const headers of [
      {},
      { authorization: "Bearer hf_wrong" },
      { host: "evil.example" },
      { origin: "http://evil.example" },
      tokens.header("ann"),
    ]) {
      await grpcWebRaw(strict.url, find, new Uint8Array(), { headers });
    }
    assert.deepEqual(await Promise.all(whys.map(count)), [2, 1, 1]);
    tokens.remove();
    await strict.stop();
  });

  test("are named as Prometheus asks for, each with help and type", async () => {
    const { text } = await readMetrics(server.metricsUrl);
    for (const [, name = "", type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      assert.match(name, /^(hash_finder|process|nodejs)_[a-z_]+$/);
      assert.equal(name.endsWith("_total"), type === "counter", `${name} is a ${type}`);
      assert.doesNotMatch(name, /_(ms|milliseconds|kb|count)$/);
      assert.match(text, new RegExp(`^# HELP ${name} [A-Z1].*\\.$`, "m"));
    }
  });

  test("are all in docs/operating.md, and no others are", async () => {
    const { names } = await readMetrics(server.metricsUrl);
    const documented = readFileSync("docs/operating.md", "utf8").matchAll(
      /^\| `((hash_finder|process|nodejs)_\w+)/gm,
    );
    assert.deepEqual([...documented].map(([, name]) => name).sort(), [...names].sort());
  });

  test("are what the dashboard shows", async () => {
    const { panels } = JSON.parse(readFileSync("deploy/grafana/hash-finder.json", "utf8")) as Dashboard;
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    assert.ok(expressions.length > 12);
    assert.deepEqual(await strangersIn(expressions), []);
  });

  test("are what the alerts look at", { skip: withoutYaml }, async () => {
    const [{ groups }] = readYaml(readFileSync("deploy/prometheus-alerts.yaml", "utf8")) as [Alerts];
    const rules = groups.flatMap((group) => group.rules);
    assert.equal(rules.length, 4);
    for (const { alert, annotations } of rules) {
      assert.match(alert, /^HashFinder[A-Z]/);
      assert.ok(annotations.summary && annotations.description, alert);
    }
    assert.deepEqual(await strangersIn(rules.map(({ expr }) => expr)), []);
  });

  test("are on a port of their own, which answers nothing else, and no page from elsewhere", async () => {
    assert.equal((await fetch(new URL("/", server.metricsUrl))).status, 404);
    assert.equal((await fetch(server.metricsUrl, { method: "POST" })).status, 404);
    const origin = "http://evil.example";
    const refused = await startServer({ args: ["--workers", "1", "--metrics-port", "0"] });
    assert.equal((await fetch(refused.metricsUrl, { headers: { origin } })).status, 403);
    assert.equal((await fetch(`${refused.url}/metrics`)).status, 404);
    await refused.stop();
  });

  test("are not there unless they are asked for", async () => {
    const without = await startServer({ args: ["--workers", "1"] });
    assert.equal(without.metricsUrl, "");
    await stopCleanly(without);
  });

  /** The series, of those that expressions ask for, that the server does not have. */
  async function strangersIn(expressions: readonly string[]): Promise<readonly string[]> {
    const metrics = await readMetrics(server.metricsUrl);
    return expressions.flatMap((expression) => {
      assert.equal(expression.split("(").length, expression.split(")").length, expression);
      const asked = [...expression.matchAll(/\b((?:hash_finder|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)];
      assert.ok(asked.length > 0, expression);
      return asked
        .filter(([, name = "", labels = ""]) => {
          const fixed = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]);
          return !metrics.has(name, Object.fromEntries(fixed));
        })
        .map(([series]) => series);
    });
  }
});

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly summary?: string; readonly description?: string };
    }[];
  }[];
}

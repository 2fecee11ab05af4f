import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { untilActivity } from "../support/activity.ts";
import { endless, errorOf, reportOf, webClients } from "../support/clients.ts";
import { noPrometheus, startPrometheus, type TestPrometheus } from "../support/prometheus.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

const deploy = (name: string): string => fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));

describe("with a real Prometheus", { skip: noPrometheus }, () => {
  let server: TestServer;
  let prometheus: TestPrometheus;
  before(async () => {
    server = await startServer({ args: ["--workers", "1", "--metrics-port", "0"] });
    prometheus = await startPrometheus(server.metricsUrl);
  });
  after(async () => {
    await prometheus.stop();
    await stopCleanly(server);
  });

  test("promtool has nothing to say against the metrics", async () => {
    const input = await (await fetch(server.metricsUrl)).text();
    assert.deepEqual(promtool(["check", "metrics"], input), { status: 0, words: "" });
  });

  test("each alert fires when it should, and not when it should not", () => {
    const { status, words } = promtool(["test", "rules", deploy("prometheus-alerts.test.yaml")]);
    assert.equal(status, 0, words);
  });

  test("every expression of the dashboard is answered with numbers", async () => {
    // A rate needs a value before and one after.
    const count = "hash_finder_cancel_to_idle_seconds_count";
    await prometheus.untilTrue(`${count} == 0`);
    const clients = webClients(server);
    const request = endless();
    const controller = new AbortController();
    const ended = errorOf(clients, "find", request, { signal: controller.signal });
    await untilActivity(server.url, ({ workersBusy }) => workersBusy === 1);
    controller.abort();
    await ended;
    await reportOf(clients, request.searchId);
    await prometheus.untilTrue(`${count} == 1`);
    for (const expression of dashboardExpressions()) {
      const samples = await prometheus.query(expression);
      assert.ok(samples.length > 0, `nothing for ${expression}`);
      for (const { value } of samples) assert.ok(Number.isFinite(value), `${value} for ${expression}`);
    }
  });
});

/** As Grafana asks them: with all servers, and a range that has some scrapes in it. */
function dashboardExpressions(): readonly string[] {
  const { panels } = JSON.parse(readFileSync(deploy("grafana/hash-finder.json"), "utf8")) as Dashboard;
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  assert.ok(expressions.length > 12);
  return expressions.map((expr) => expr.replaceAll("$server", ".*").replaceAll("$__rate_interval", "1m"));
}

/** How promtool ended, and all that it said. */
function promtool(args: readonly string[], input = ""): { readonly status: number | null; words: string } {
  const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
  return { status, words: stdout + stderr };
}

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

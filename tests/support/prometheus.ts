import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./ports.ts";

/** Why tests of it are skipped, or false where it and promtool are installed. */
export const noPrometheus: string | false = ["prometheus", "promtool"].every(
  (program) => spawnSync(program, ["--version"]).status === 0,
)
  ? false
  : "not checked: prometheus is not installed (apt-get install prometheus, 330 MB)";

/** One sample of an answer. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus of a test's own, which asks a server for its metrics every second. */
export interface TestPrometheus {
  /** The instant vector that an expression gives now. */
  query(expression: string): Promise<readonly Sample[]>;
  /** Waits until an expression has a sample, as that of a comparison that is true. */
  untilTrue(expression: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it and waits until it answers. */
export async function startPrometheus(metricsUrl: string): Promise<TestPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-prometheus-"));
  const file = join(folder, "prometheus.yml");
  const target = { targets: [new URL(metricsUrl).host] };
  const scraped = { job_name: "hash-finder", static_configs: [target] };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ global: { scrape_interval: "1s" }, scrape_configs: [scraped] }));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus",
    [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${address}`],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (words += text));
  const ended = once(child, "exit");
  while (!(await isReady(address))) {
    if (child.exitCode !== null) throw new Error(`Prometheus did not start: ${words}`);
    await pause(20);
  }
  const query: TestPrometheus["query"] = async (expression) => {
    const body = new URLSearchParams({ query: expression });
    const answer = await fetch(`http://${address}/api/v1/query`, { method: "POST", body });
    const { data, error } = (await answer.json()) as Answer;
    if (!data) throw new Error(`${expression}: ${error}`);
    return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
  };
  return {
    query,
    untilTrue: async (expression) => {
      while ((await query(expression)).length === 0) await pause(20);
    },
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Answer {
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
  readonly error?: string;
}

async function isReady(address: string): Promise<boolean> {
  try {
    return (await fetch(`http://${address}/-/ready`)).ok;
  } catch {
    return false;
  }
}

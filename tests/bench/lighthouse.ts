import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { browserFlags, findBrowser } from "../../scripts/browser.ts";
import { startServer } from "../support/server.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";

const run = promisify(execFile);

// Fetched when it is asked for: 150 packages are much for what only benches use.
const lighthouse = "lighthouse@13.5.0";
const runs = 5;
const goals = { performance: 95, accessibility: 100, "best-practices": 100 } as const;

type Category = keyof typeof goals;
type Scores = Readonly<Record<Category, number>>;

/** What Lighthouse says of the built page, as on a slow phone with slow 4G, which are its defaults. */
export async function lighthouseScores(): Promise<Row[]> {
  const server = await startServer();
  try {
    const scores: Scores[] = [];
    for (let i = 0; i < runs; i++) scores.push(await scoresOf(server.url));
    return (Object.keys(goals) as Category[]).map((category) => ({
      name: `Lighthouse, ${category}`,
      unit: "points",
      better: "more",
      summary: summarize(scores.map((all) => all[category])),
      goals: [{ of: "median", value: goals[category] }],
    }));
  } finally {
    await server.stop();
  }
}

async function scoresOf(url: string): Promise<Scores> {
  const folder = await mkdtemp(join(tmpdir(), "hash-finder-lighthouse-"));
  try {
    const report = join(folder, "report.json");
    const flags = `--chrome-flags=--headless=new ${browserFlags.join(" ")}`;
    await run(
      "npm",
      ["exec", "--yes", lighthouse, "--", url, "--quiet", "--output=json", `--output-path=${report}`, flags],
      { env: { ...process.env, CHROME_PATH: findBrowser().path }, timeout: 180_000 },
    );
    const { categories } = JSON.parse(await readFile(report, "utf8"));
    const points = (category: Category): number => Math.round(categories[category].score * 100);
    return {
      performance: points("performance"),
      accessibility: points("accessibility"),
      "best-practices": points("best-practices"),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

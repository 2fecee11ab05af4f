import { writeFileSync } from "node:fs";
import { batchSize } from "./batch-size.ts";
import { comparison, type Results, readResults } from "./comparison.ts";
import { dense } from "./dense.ts";
import { engineRate } from "./engine-rate.ts";
import { described, environment } from "./environment.ts";
import { fairness } from "./fairness.ts";
import { firstResult } from "./first-result.ts";
import { interruptLatency } from "./interrupt-latency.ts";
import { kernelRate } from "./kernel-rate.ts";
import { lifeOfAStop } from "./life-of-a-stop.ts";
import { lighthouseScores } from "./lighthouse.ts";
import { machines } from "./machines.ts";
import { neighbours } from "./neighbours.ts";
import { type Options, optionsFrom } from "./options.ts";
import { otherLoad } from "./other-load.ts";
import { pageSpeed } from "./page-speed.ts";
import { proxies } from "./proxies.ts";
import { proxyTraps } from "./proxy-traps.ts";
import { goalName, isReached, line, type Row } from "./row.ts";
import { shortWork } from "./short-work.ts";
import { stopLatency } from "./stop-latency.ts";
import { waitingCalls } from "./waiting-calls.ts";
import { waitingLine } from "./waiting-line.ts";

// Each section measures what belongs together, as ratios within one run.
const sections: Readonly<Record<string, (options: Options) => Promise<Row[]>>> = {
  kernel: kernelRate,
  engine: engineRate,
  interrupt: interruptLatency,
  fairness,
  "short-work": shortWork,
  "waiting-line": waitingLine,
  "waiting-calls": waitingCalls,
  dense,
  neighbours,
  machines,
  "stop-latency": stopLatency,
  "life-of-a-stop": lifeOfAStop,
  proxies,
  "proxy-traps": proxyTraps,
  "first-result": firstResult,
  "page-speed": pageSpeed,
  lighthouse: lighthouseScores,
  "batch-size": batchSize,
};

// Above it, figures of speed and the tails of latencies are the machine's.
const quietPercent = 5;

const options = asked(() => optionsFrom(process.argv.slice(2), Object.keys(sections)));
const earlier = asked(() => (options.compare === undefined ? undefined : readResults(options.compare)));
const here = environment();
console.log(described(here));
const results: Results = { environment: here, rows: await measure(options) };
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
judge(results.rows);
if (earlier) {
  console.log(`\nagainst ${described(earlier.environment)}`);
  console.log("  now / then; medians; better or WORSE where both medians lie outside the other's spread");
  for (const text of comparison(earlier, results)) console.log(`  ${text}`);
}

/** The rows of the sections. One that cannot run says why, and the others go on. */
async function measure(options: Options): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of options.sections) {
    const load = await otherLoad();
    console.log(
      `\n${name}${load < quietPercent ? "" : `, while others take ${load.toFixed(0)} % of the cores`}`,
    );
    try {
      for (const row of (await sections[name]?.(options)) ?? []) {
        rows.push(row);
        console.log(`  ${line(row)}`);
      }
    } catch (error) {
      console.error(`  not measured: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
  return rows;
}

function judge(rows: readonly Row[]): void {
  const goals = rows.flatMap((row) => (row.goals ?? []).map((goal) => ({ row, goal })));
  const missed = goals.filter(({ row, goal }) => !isReached(row, goal));
  console.log(`\n${goals.length - missed.length} of ${goals.length} goals reached`);
  for (const { row, goal } of missed) console.log(`  MISSED: ${row.name}, ${goalName(row, goal)}`);
}

/** What was asked for; when it makes no sense, says so in one line and ends. */
function asked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

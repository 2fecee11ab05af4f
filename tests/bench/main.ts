import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { environment } from "./environment.ts";
import { hashRate } from "./hash-rate.ts";
import { line, type Row } from "./row.ts";
import { stopLatency } from "./stop-latency.ts";

// Each section measures what belongs together, as ratios within one run.
const sections: Readonly<Record<string, () => Row[] | Promise<Row[]>>> = {
  "hash-rate": hashRate,
  "stop-latency": stopLatency,
};

const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "string" } } });
const chosen = values.only?.split(",") ?? Object.keys(sections);
for (const name of chosen) {
  if (!(name in sections)) {
    console.error(`There is no section "${name}". Choose from ${Object.keys(sections).join(", ")}.`);
    process.exit(1);
  }
}

const here = environment();
console.log(
  `${here.processor}, ${here.cores} cores, ${here.memoryGiB} GiB, ${here.platform}, Node ${here.node} (V8 ${here.v8}), ${here.date}`,
);
const rows: Row[] = [];
for (const name of chosen) {
  console.log(`\n${name}`);
  for (const row of (await sections[name]?.()) ?? []) {
    rows.push(row);
    console.log(`  ${line(row)}`);
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ environment: here, rows }, null, 2)}\n`);

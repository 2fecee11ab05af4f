import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { described, environment } from "../bench/environment.ts";
import { optionsFrom } from "../bench/options.ts";
import { line, type Row } from "../bench/row.ts";
import { summarize } from "../bench/statistics.ts";

const known = ["kernel", "engine", "batch-size"];

function rowOf(count: number): Row {
  return {
    name: "a wait",
    unit: "ms",
    better: "less",
    summary: summarize(Array.from({ length: count }, (_, i) => i + 1)),
    goals: [
      { of: "median", value: 1_000 },
      { of: "p99", value: 5 },
    ],
  };
}

/** The names of the figures of a row's line, and what its goals are for. */
function toldOf(count: number): readonly string[] {
  return line(rowOf(count)).match(/\b(median|min|p10|p90|p99|max|maximum)\b/g) ?? [];
}

describe("the bench", () => {
  test("tells no quantile that is the least or the largest value", () => {
    assert.deepEqual(toldOf(9), ["median", "min", "max", "median", "maximum"]);
    assert.deepEqual(toldOf(12), ["median", "p10", "p90", "max", "median", "maximum"]);
    assert.deepEqual(toldOf(99), ["median", "p10", "p90", "max", "median", "maximum"]);
    assert.deepEqual(toldOf(100), ["median", "p10", "p90", "p99", "max", "median", "p99"]);
  });

  test("lists its sections when one is unknown or missing", () => {
    assert.throws(() => optionsFrom(["--only", "kernel-rate"], known), {
      message: 'There is no section "kernel-rate". Choose from kernel, engine, batch-size.',
    });
    assert.throws(() => optionsFrom(["--only"], known), {
      message: /sections are kernel, engine, batch-size\.$/,
    });
    assert.deepEqual(optionsFrom(["--only", "engine,kernel"], known).sections, ["engine", "kernel"]);
  });

  test("draws one section into a chart, and says which ones can be drawn", () => {
    const drawn = ["engine", "batch-size", "life-of-a-stop"];
    assert.throws(() => optionsFrom(["--chart", "a.svg"], drawn), {
      message: "--chart draws one section: run one of batch-size and life-of-a-stop with it, by --only.",
    });
    assert.throws(() => optionsFrom(["--chart", "a.svg", "--only", "engine"], drawn), /--chart draws one/);
    assert.equal(optionsFrom(["--chart", "a.svg", "--only", "engine,batch-size"], drawn).chart, "a.svg");
  });

  test("names the processor and the day with every run", () => {
    const here = environment();
    assert.ok(here.processor.length > 0);
    assert.ok(described(here).startsWith(`${here.processor}, `));
    assert.ok(described(here).endsWith(`, ${here.date}`));
  });
});

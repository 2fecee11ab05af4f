import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { scanMatchesBytes, scanMostMatches, scanProgressMs } from "../../proto/scan-contract.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/worker.md");

// What refuses answers of a worker, each with a reason.
const sources = [
  "server/cluster/remote-slice.ts",
  "server/cluster/gathered-matches.ts",
  "server/matches/inspect.ts",
];

describe("the page on how to write a worker", () => {
  test("lists every reason for which an answer is refused, in its own words, and no others", () => {
    const inCode = sources.flatMap((path) => reasonsIn(read(path))).toSorted();
    assert.ok(inCode.length > 20, `${inCode.length} reasons were found`);
    assert.deepEqual([...new Set(reasonsOn(page))].toSorted(), [...new Set(inCode)].toSorted());
  });

  test("tells the bounds that hold", () => {
    for (const text of [
      `at least every ${scanProgressMs} ms`,
      `${shown(scanMostMatches)} matches were found`,
      `up to ${shown(2 * scanMostMatches)} matches are taken`,
      `at most ${scanMatchesBytes / 1024} kB (${shown(scanMatchesBytes)} bytes)`,
      `more than ${(2 * scanMatchesBytes) / 1024} kB in all`,
    ]) {
      assert.ok(page.includes(text), `the page does not say "${text}"`);
    }
  });
});

/** What stands for a value is "…" in all of them. */
function reasonsIn(source: string): string[] {
  return [...source.matchAll(/new Error\(\s*(["`])(.+?)\1/gs)].map(([, , text = ""]) =>
    text.replace(/\$\{.*?\}/g, "…").replace("silent for … s", "silent for 1 s"),
  );
}

function reasonsOn(text: string): string[] {
  const [, rest = ""] = text.split("| Reason in the log |");
  const [table = ""] = rest.split("\n\n");
  const cells = table.split("\n").map((row) => row.split("|")[2]?.trim() ?? "");
  // Those of the platform have no fixed words.
  return cells.filter((cell) => /^\w/.test(cell) && cell !== "the error's own words");
}

function shown(count: number): string {
  return count.toLocaleString("en");
}

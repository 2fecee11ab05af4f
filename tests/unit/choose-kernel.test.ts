import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chooseKernel } from "../../server/kernel/choose.ts";
import { kernelNamed } from "../../server/kernel/kernels.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import type { Scan } from "../../server/kernel/scan.ts";

describe("the choice of a kernel", () => {
  test("is a vector kernel that agrees with the reference", () => {
    const { name, hashesPerSecond, rejected } = chooseKernel();
    assert.match(name, /^simd/);
    assert.deepEqual(rejected, []);
    assert.ok(hashesPerSecond > 0);
  });

  test("falls back from a kernel that is wrong, and says what was wrong", () => {
    const { name, rejected } = chooseKernel((kernel) =>
      kernel === "simd-x4" ? forgetful : kernelNamed(kernel),
    );
    assert.equal(name, "simd-x2");
    assert.deepEqual(
      rejected.map(({ name }) => name),
      ["simd-x4"],
    );
    assert.match(rejected[0]?.reason ?? "", /matches instead of \d+ for "/);
  });

  test("ends at the reference when nothing else works", () => {
    const { name, scan, rejected } = chooseKernel((kernel) => {
      if (kernel === "reference") return scanPlainly;
      throw new Error("no vector instructions");
    });
    assert.equal(name, "reference");
    assert.equal(scan, scanPlainly);
    assert.deepEqual(
      rejected.map(({ reason }) => reason),
      ["Error: no vector instructions", "Error: no vector instructions"],
    );
  });
});

/** Loses every match of a scan that has more than one. */
const forgetful: Scan = (job, poll) => {
  const result = scanPlainly({ ...job, count: Math.min(job.count, 3000) }, poll);
  if (result.matches.length < 2) return result;
  return { ...result, matches: scanPlainly({ ...job, count: 1 }, poll).matches };
};

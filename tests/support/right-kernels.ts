import assert from "node:assert/strict";
import { scanPlainly } from "../../server/kernel/reference.ts";
import { simdScan } from "../../server/kernel/simd/simd.ts";
import { golden } from "./vectors.ts";

/**
 * For tests that would wait long for matches that never come, or are refused,
 * when a kernel computes something else than SHA-1.
 */
export function assertKernelsRight(): void {
  const find = golden.find.find(({ desired_name }) => desired_name === "web");
  assert.ok(find);
  const job = { name: find.desired_name, idealDistance: 0, listedDistance: 0, start: 0n, count: 100_000 };
  for (const scan of [scanPlainly, simdScan(1)]) {
    assert.equal(scan(job, () => false).tried, find.hashes_computed, "a kernel is wrong: see its own tests");
  }
}

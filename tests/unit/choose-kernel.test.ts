import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { candidateSpace } from "../../proto/rules.ts";
import { firstIndexOfLength, lengthAt, longestSecret, secretAt } from "../../server/kernel/candidate.ts";
import { chooseKernel } from "../../server/kernel/choose.ts";
import { kernelNamed } from "../../server/kernel/kernels.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import type { Scan, ScanResult } from "../../server/kernel/scan.ts";
import { selfTest } from "../../server/kernel/self-test.ts";

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

describe("the self-test of a kernel", () => {
  test("passes the reference", () => {
    assert.equal(selfTest(scanPlainly), undefined);
  });

  test("begins anywhere among the candidates of each length, with any last byte", () => {
    const starts = Array.from({ length: longestSecret + 1 }, () => new Set<bigint>());
    for (let i = 0; i < 3; i++) {
      selfTest((job) => {
        starts[lengthAt(job.start)]?.add(job.start);
        return scanPlainly(job, () => false);
      });
    }
    for (const [length, found] of starts.entries()) {
      // The empty candidate is alone; some of 256 may be the same.
      assert.ok(found.size > (length === 0 ? 0 : length === 1 ? 3 : 10), `${found.size} of length ${length}`);
      const bytes = [...found].map((start) => secretAt(start));
      for (let at = 0; at < length; at++) {
        const values = new Set(bytes.map((secret) => secret[at]));
        assert.ok(values.size > 3, `byte ${at} of length ${length} has ${values.size} values`);
      }
    }
  });

  for (let length = 1; length <= longestSecret; length++) {
    test(`finds out a kernel that begins at the first candidate of ${length} bytes whatever it is told`, () => {
      const first = firstIndexOfLength(length);
      const reason = selfTest((job, poll) =>
        scanPlainly(lengthAt(job.start) === length ? { ...job, start: first } : job, poll),
      );
      assert.ok(reason, "it must be found out");
    });
  }

  test("asks for no candidate beyond the last, whatever is drawn", (t) => {
    t.mock.method(Math, "random", () => 1 - 2 ** -53);
    selfTest((job) => {
      assert.ok(job.start + BigInt(job.count) <= candidateSpace, `${job.count} from ${job.start}`);
      return scanPlainly(job, () => false);
    });
  });

  test("finds out a kernel that goes on after an ideal match", () => {
    const reason = selfTest((job, poll) => scanPlainly({ ...job, idealDistance: -1 }, poll));
    assert.match(reason ?? "", /candidates tried instead of/);
  });

  const wrong = {
    tried: (result: ScanResult) => ({ ...result, tried: result.tried - 1 }),
    indexes: changedIn("indexes"),
    distances: changedIn("distances"),
    offsets: changedIn("offsets"),
    digests: changedIn("digests"),
  };
  for (const [what, change] of Object.entries(wrong)) {
    test(`finds out a kernel with wrong ${what}`, () => {
      const reason = selfTest((job, poll) => change(scanPlainly(job, poll)));
      assert.match(
        reason ?? "",
        what === "tried" ? /candidates tried instead of/ : new RegExp(`other ${what}`),
      );
    });
  }
});

/** The last value of a part of the matches is another. */
function changedIn(part: "indexes" | "distances" | "offsets" | "digests"): (right: ScanResult) => ScanResult {
  return (right) => {
    const values = right.matches[part].slice();
    values[values.length - 1] = (values.at(-1) ?? 0) ^ 1;
    return { ...right, matches: { ...right.matches, [part]: values } };
  };
}

/** Loses every match of a scan that has more than one. */
const forgetful: Scan = (job, poll) => {
  const result = scanPlainly({ ...job, count: Math.min(job.count, 3000) }, poll);
  if (result.matches.length < 2) return result;
  return { ...result, matches: scanPlainly({ ...job, count: 1 }, poll).matches };
};

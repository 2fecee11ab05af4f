import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import fc from "fast-check";
import { firstIndexOfLength } from "../../server/kernel/candidate.ts";
import { revectorizeFlag } from "../../server/kernel/kernels.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import { candidatesPerPoll, maximumMatches, type ScanJob } from "../../server/kernel/scan.ts";
import { simdScan } from "../../server/kernel/simd/simd.ts";
import { assertSameLists } from "../support/same-lists.ts";
import { golden } from "../support/vectors.ts";

const never = () => false;
const base = { name: "zzzzzzzz", idealDistance: -1, listedDistance: 0, start: 0n, count: 1 };

// As the server runs it: the pairing of V8 is what has to be trusted least.
setFlagsFromString(revectorizeFlag);

for (const shape of [1, 2] as const) {
  const scan = simdScan(shape);
  const agrees = (job: ScanJob) => {
    const [found, right] = [scan(job, never), scanPlainly(job, never)];
    assert.equal(found.tried, right.tried);
    assert.equal(found.matches.length, right.matches.length);
    for (const part of ["indexes", "distances", "offsets", "digests"] as const) {
      assertSameLists([...found.matches[part]], [...right.matches[part]]);
    }
  };

  describe(`the kernel of ${2 * shape} vectors at a time`, () => {
    // Tests what V8 compiles well for long searches, not its quick first version.
    before(() => {
      const until = performance.now() + 200;
      for (let length = 3; performance.now() < until; length ^= 5) {
        scan({ ...base, start: firstIndexOfLength(length), count: 60_000 }, never);
      }
    });

    test("agrees with the reference on any name, distance and range", () => {
      fc.assert(fc.property(jobs, agrees), { numRuns: 400 });
    });

    test("agrees on every tail of a quad, on both sides", () => {
      const start = firstIndexOfLength(3) + 256n * 77n;
      for (let cut = 0; cut < 260; cut += 1 + (cut % 7)) {
        agrees({ ...base, name: "ab", listedDistance: 1, start: start + BigInt(cut), count: 1030 - cut });
        agrees({ ...base, name: "ab", listedDistance: 1, start, count: 1 + cut });
      }
    });

    test("agrees where one length ends and the next begins", () => {
      for (let length = 1; length <= 8; length++) {
        for (const before of [1, 2, 255, 300, 1025]) {
          const start = firstIndexOfLength(length) - BigInt(before);
          if (start < 0n) continue;
          agrees({ ...base, name: "xy", listedDistance: 1, start, count: 2 * before });
        }
      }
      agrees({ ...base, name: "xy", listedDistance: 1, start: 2n ** 64n - 1000n, count: 999 });
    });

    test("carries from the low bytes of a prefix into all others", () => {
      for (let length = 3; length <= 8; length++) {
        for (let bytes = 2; bytes < length; bytes++) {
          const start = firstIndexOfLength(length) + 256n ** BigInt(bytes) - 700n;
          agrees({ ...base, name: "k", listedDistance: 0, start, count: 1400 });
        }
      }
    });

    test("agrees on names that no hash holds, and on padding", () => {
      const names = ["x9/=", "O4=", "=", "a=", `${"a".repeat(27)}=`, "A".repeat(28), "+/+/"];
      for (const name of names) {
        for (const listedDistance of [0, 1, 2, name.length - 1, name.length]) {
          agrees({ ...base, name, listedDistance, start: 60_000n, count: 9000 });
        }
      }
    });

    test("lists every candidate until the list is full", () => {
      const job = { ...base, name: "abc", listedDistance: 3, count: 2 ** 32 - 1 };
      const { tried, matches } = scan(job, never);
      assert.equal(tried, maximumMatches);
      assert.equal(matches.length, maximumMatches);
      agrees(job);
      agrees({ ...job, listedDistance: 2, start: 123_456_789n });
    });

    test("ends at the first ideal match and lists those before", () => {
      for (const find of golden.find) {
        const distance = find.ideal_hamming_distance;
        // A kernel that computes something else must not search for ever.
        const count = find.hashes_computed + 100_000;
        const job = { ...base, name: find.desired_name, idealDistance: distance, count };
        const { tried, matches } = scan({ ...job, listedDistance: distance }, never);
        assert.equal(tried, find.hashes_computed);
        assert.equal(matches.indexes.at(-1), tried - 1);
      }
      agrees({ ...base, name: "doct", idealDistance: 1, listedDistance: 2, start: 10_000n, count: 200_000 });
    });

    test("polls at least every 2^14 candidates, and stops when told to", () => {
      for (const name of ["zzzzzzzz", "zz", "z"]) {
        const seen = [0];
        scan({ ...base, name, start: 1000n, count: 300_000 }, (tried) => seen.push(tried) === 1000);
        for (const [i, tried] of seen.entries()) {
          assert.ok(tried - (seen[i - 1] ?? 0) <= candidatesPerPoll);
        }
      }
      let polls = 0;
      const { tried } = scan({ ...base, count: 2 ** 30 }, () => ++polls === 3);
      assert.ok(tried > 0 && tried <= 3 * candidatesPerPoll);
      assert.equal(polls, 3);
    });
  });
}

const names = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9+/]{1,4}$/),
  fc.stringMatching(/^[A-Za-z0-9+/]{1,28}$/),
  fc.stringMatching(/^[A-Za-z0-9+/]{1,27}=$/),
  fc.stringMatching(/^[a-c]{1,8}$/),
);

// Every length as often as any other: an index drawn at random has eight bytes.
const starts = fc
  .integer({ min: 0, max: 8 })
  .chain((length) =>
    fc.bigInt(
      firstIndexOfLength(length),
      length === 8 ? 2n ** 64n - 10_000n : firstIndexOfLength(length + 1) - 1n,
    ),
  );

const jobs: fc.Arbitrary<ScanJob> = names.chain((name) =>
  fc
    .record({
      listedDistance: fc.integer({ min: 0, max: name.length }),
      ideal: fc.integer({ min: -1, max: 2 }),
      start: starts,
      count: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 6000 })),
    })
    .map(({ ideal, listedDistance, start, count }) => ({
      name,
      idealDistance: Math.min(ideal, listedDistance),
      listedDistance,
      start,
      count,
    })),
);

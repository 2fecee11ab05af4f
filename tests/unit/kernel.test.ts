import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { firstIndexOfLength, indexOf, lengthAt, secretAt } from "../../server/kernel/candidate.ts";
import { closest } from "../../server/kernel/distance.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import { maximumMatches, type ScanJob, type ScanResult } from "../../server/kernel/scan.ts";
import { sha1 } from "../../server/kernel/sha1.ts";
import { kindsOfDigest, kindsOfName } from "../../server/kernel/symbols.ts";
import { matchAt } from "../support/matches.ts";
import { golden } from "../support/vectors.ts";

describe("the candidate space", () => {
  test("starts with the empty string, then single bytes, then pairs", () => {
    assert.deepEqual([...secretAt(0n)], []);
    assert.deepEqual([...secretAt(1n)], [0]);
    assert.deepEqual([...secretAt(256n)], [0xff]);
    assert.deepEqual([...secretAt(257n)], [0, 0]);
    assert.deepEqual([...secretAt(258n)], [0, 1]);
    assert.deepEqual([...secretAt(65_792n)], [0xff, 0xff]);
    assert.deepEqual([...secretAt(65_793n)], [0, 0, 0]);
  });

  test("ends within eight bytes", () => {
    assert.equal(lengthAt(2n ** 64n - 1n), 8);
    assert.equal(lengthAt(firstIndexOfLength(8) - 1n), 7);
  });

  test("maps every index to one string and back", () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (index) => indexOf(secretAt(index)) === index));
  });
});

describe("SHA-1", () => {
  test("agrees with the platform's on every length of one block", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 55 }), (message) => {
        const digest = new Uint8Array(20);
        sha1(message, digest);
        assert.deepEqual(Buffer.from(digest), createHash("sha1").update(message).digest());
      }),
    );
  });
});

describe("kinds of characters", () => {
  test("are those of the folded base64 text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (digest) => {
        const kinds = new Uint8Array(28);
        kindsOfDigest(digest, kinds);
        assert.deepEqual(kinds, kindsOfName(Buffer.from(digest).toString("base64")));
      }),
    );
  });
});

describe("the Hamming distance", () => {
  const hash = "RC9/7mlM3ldy4TdoctOc6WzYbO4=";

  test("counts mismatches in the closest window and says where that is", () => {
    assert.deepEqual(closest("doctor", hash), { distance: 1, offset: 14 });
    assert.deepEqual(closest("DOCTOC", hash), { distance: 0, offset: 14 });
    assert.deepEqual(closest("O4=", hash), { distance: 0, offset: 25 });
    assert.deepEqual(closest("!", hash), { distance: 1, offset: 0 });
  });

  test("takes the first of several windows", () => {
    assert.equal(closest("aa", "xaaxaa").offset, 1);
  });
});

describe("the reference kernel", () => {
  for (const find of golden.find.filter(({ hashes_computed }) => hashes_computed < 60_000)) {
    test(`finds ${find.desired_name} within ${find.ideal_hamming_distance}`, () => {
      const job = jobOf(find.desired_name, find.ideal_hamming_distance, find.ideal_hamming_distance);
      const result = scanPlainly({ ...job, count: find.hashes_computed + 10 }, () => false);
      assert.equal(result.tried, find.hashes_computed);
      const match = matchAt(result.matches, result.matches.length - 1, 0n);
      assert.equal(match.secret, find.secret);
      assert.equal(match.hash, find.hashed_name);
      assert.equal(match.distance, find.hamming_distance);
    });
  }

  test("lists every match within 3 of doctor, in order", () => {
    const result = scanPlainly({ ...jobOf("doctor", 0, 3), count: 200_000 }, () => false);
    const counts: Record<string, number> = {};
    for (const distance of result.matches.distances) counts[distance] = (counts[distance] ?? 0) + 1;
    assert.deepEqual(counts, golden.counts_within_3_of_doctor_in_first_200000);
    const recorded = golden.matches_within_3_of_doctor_in_first_200000;
    const listed = recorded.map((_, row) => matchAt(result.matches, row, 0n));
    assert.deepEqual(
      listed.map(({ index, secret, hash, distance }) => [Number(index) + 1, secret, hash, distance]),
      recorded.map((match) => [
        match.hashes_computed,
        match.secret,
        match.hashed_name,
        match.hamming_distance,
      ]),
    );
  });

  test("agrees with the platform's SHA-1, base64 and the distance of texts", () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2n ** 64n - 1000n),
        fc.stringMatching(/^[A-Za-z0-9+/]{1,27}$/),
        (start, name) => {
          const result = scanPlainly(
            { name, idealDistance: -1, listedDistance: name.length, start, count: 20 },
            () => false,
          );
          assert.equal(result.matches.length, 20);
          for (let row = 0; row < 20; row++) {
            const { index, hash, distance, offset } = matchAt(result.matches, row, start);
            assert.equal(hash, createHash("sha1").update(secretAt(index)).digest("base64"));
            assert.deepEqual({ distance, offset }, closest(name, hash));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test("crosses from one length to the next", () => {
    for (const length of [1, 2, 3, 7, 8]) {
      const start = firstIndexOfLength(length) - 3n;
      const result = scanPlainly({ ...jobOf("a", -1, 1), start, count: 6 }, () => false);
      const lengths = [...result.matches.indexes].map(
        (_, row) => Buffer.from(matchAt(result.matches, row, start).secret, "base64").length,
      );
      assert.deepEqual(
        lengths,
        length === 1 ? lengths : [length - 1, length - 1, length - 1, length, length, length],
      );
      assert.equal(new Set([...result.matches.indexes]).size, 6);
    }
  });

  test("stops at a poll that says so, and says how far it came", () => {
    const seen: number[] = [];
    const result: ScanResult = scanPlainly(
      { ...jobOf("zzzzzzzz", 0, 0), count: 100_000 },
      (tried) => seen.push(tried) === 3,
    );
    assert.equal(result.tried, seen[2]);
    assert.ok(result.tried < 100_000);
  });

  test("stops when its list is full, and loses no match", () => {
    const result = scanPlainly({ ...jobOf("a", -1, 1), count: 100_000 }, () => false);
    assert.equal(result.matches.length, maximumMatches);
    assert.equal(result.tried, maximumMatches);
  });
});

function jobOf(name: string, idealDistance: number, listedDistance: number): ScanJob {
  return { name, idealDistance, listedDistance, start: 0n, count: 1 };
}

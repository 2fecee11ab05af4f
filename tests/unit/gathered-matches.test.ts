import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GatheredMatches } from "../../server/cluster/gathered-matches.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import { packMatches } from "../../server/matches/pack.ts";
import type { PackedMatches } from "../../server/matches/packed-matches.ts";
import { madeUp } from "../support/fake-scanner.ts";

const job = { name: "doctor", idealDistance: -1, listedDistance: 3, start: 1000n, count: 3000 };
const all = packed(job);
// The hash of the first candidate begins with this name.
const ideal = { name: "2jmj", idealDistance: 0, listedDistance: 2, start: 0n, count: 100 };

describe("the matches that another server sends", () => {
  test("are the same in one part, in two and match by match", () => {
    assert.ok(all.count > 3);
    for (const cuts of [[], [all.ends[0] ?? 0], [...all.ends].slice(0, -1)]) {
      const gathered = new GatheredMatches(job, 1000);
      for (const [from, to] of partsOf(cuts)) gathered.add(all.frames.subarray(from, to));
      gathered.add(new Uint8Array());
      assertSame(gathered.packed(job.count), all);
    }
  });

  test("may be none", () => {
    const { count, frames, ends, indexes, endsIdeal } = new GatheredMatches(job, 1000).packed(3000);
    assert.deepEqual([count, frames.length, ends.length, indexes.length, endsIdeal], [0, 0, 0, 0, false]);
  });

  test("may be none, also after a candidate that is one", () => {
    const start = job.start + BigInt(all.indexes[0] ?? 0) + 1n;
    assert.equal(new GatheredMatches({ ...job, start }, 1000).packed(1).count, 0);
  });

  test("are whole", () => {
    const gathered = new GatheredMatches(job, 1000);
    assert.throws(() => gathered.add(Uint8Array.of(0)), /a frame is cut short or too long/);
  });

  test("may be as many as that, and no more", () => {
    new GatheredMatches(job, all.count).add(all.frames);
    assert.throws(
      () => new GatheredMatches(job, all.count - 1).add(all.frames),
      /^Error: there are too many matches$/,
    );
  });

  test("lie within what was tried", () => {
    const gathered = new GatheredMatches(job, 1000);
    gathered.add(all.frames);
    const last = all.indexes.at(-1) ?? 0;
    assertSame(gathered.packed(last + 1), all);
    assert.throws(() => gathered.packed(last), /^Error: a match lies beyond what was tried$/);
  });

  test("end with an ideal one, after which nothing is tried", () => {
    const own = packed(ideal);
    assert.ok(own.endsIdeal && own.count === 1);
    const gathered = new GatheredMatches(ideal, 1000);
    gathered.add(own.frames);
    gathered.add(new Uint8Array());
    assertSame(gathered.packed(1), own);
    assert.throws(() => gathered.packed(2), /^Error: it went on after the ideal match$/);
    assert.throws(() => gathered.add(madeUp(1n, 2)), /^Error: a match comes after the ideal one$/);
  });

  test("come in order, also from part to part", () => {
    const gathered = new GatheredMatches(job, 1000);
    const first = all.frames.subarray(0, all.ends[0]);
    gathered.add(first);
    assert.throws(() => gathered.add(first), /comes twice or too late/);
  });

  test("are what they are said to be, as far as the last one tells", () => {
    const gathered = new GatheredMatches(job, 1000);
    gathered.add(all.frames);
    gathered.add(madeUp(job.start + 2999n, 3));
    assert.throws(
      () => gathered.packed(3000),
      /^Error: candidate 3999 is not the match that it is said to be$/,
    );
    // One byte of its text is another.
    const changed = Uint8Array.from(all.frames);
    const at = (all.ends.at(-2) ?? 0) + 8;
    changed[at] = changed[at] === 65 ? 66 : 65;
    const bent = new GatheredMatches(job, 1000);
    bent.add(changed);
    assert.throws(() => bent.packed(3000), /is not the match that it is said to be$/);
  });
});

function packed(range: typeof job): PackedMatches {
  return packMatches(scanPlainly(range, () => false).matches, range.start, range.idealDistance);
}

function partsOf(cuts: readonly number[]): [from: number, to: number][] {
  return [0, ...cuts].map((from, i) => [from, cuts[i] ?? all.frames.length]);
}

function assertSame(one: PackedMatches, other: PackedMatches): void {
  assert.deepEqual(Buffer.from(one.frames), Buffer.from(other.frames));
  assert.deepEqual([...one.ends], [...other.ends]);
  assert.deepEqual([...one.indexes], [...other.indexes]);
  assert.deepEqual([one.count, one.endsIdeal], [other.count, other.endsIdeal]);
}

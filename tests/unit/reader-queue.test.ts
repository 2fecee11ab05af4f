import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MatchCollector } from "../../server/kernel/match-list.ts";
import { packMatches } from "../../server/matches/pack.ts";
import type { PackedMatches } from "../../server/matches/packed-matches.ts";
import { ReaderQueue, UnreadMemory, unreadBytes } from "../../server/search/reader-queue.ts";
import { matchesIn } from "../support/matches.ts";
import { assertSameLists } from "../support/same-lists.ts";

const plenty = 2 ** 30;

describe("what waits for a reader", () => {
  test("is taken whole, once and in order, in batches of 32 kB at most", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1500 }), { maxLength: 8 }), (sizes) => {
        const queue = new ReaderQueue(new UnreadMemory(plenty), () => {});
        let start = 0n;
        for (const size of sizes) {
          const matches = dense(size, start);
          queue.arrived(matches);
          queue.append(start, matches);
          start += BigInt(size);
        }
        const taken: bigint[] = [];
        for (;;) {
          assert.equal(queue.firstUnread, BigInt(taken.length) < start ? BigInt(taken.length) : undefined);
          const batch = queue.take();
          if (!batch) break;
          assert.ok(batch.frames.length <= 32 * 1024);
          const indexes = [...matchesIn(batch.frames)].map(({ index }) => index);
          assert.equal(indexes.length, batch.count);
          taken.push(...indexes);
          assert.equal(queue.sent, BigInt(taken.length));
        }
        assertSameLists(
          taken,
          Array.from({ length: Number(start) }, (_, index) => BigInt(index)),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("is taken in batches of exactly 32 kB, where the matches go into them", () => {
    const queue = new ReaderQueue(new UnreadMemory(plenty), () => {});
    const matches = ofSizes(Array.from({ length: 10 }, () => 16 * 1024));
    queue.arrived(matches);
    queue.append(0n, matches);
    for (let i = 0; i < 5; i++) assert.equal(queue.take()?.count, 2);
    assert.equal(queue.take(), undefined);
  });

  test("is too much from 256 kB on, and has room again at 128 kB", () => {
    const memory = new UnreadMemory(plenty);
    let rooms = 0;
    const queue = new ReaderQueue(memory, () => rooms++);
    const matches = ofSizes(Array.from({ length: 16 }, () => 16 * 1024));
    const short = ofSizes([...Array.from({ length: 15 }, () => 16 * 1024), 16 * 1024 - 1]);
    queue.arrived(short);
    queue.append(0n, short);
    assert.equal(queue.rests(), false);
    queue.clear();
    assert.equal(memory.bytes, 0);
    queue.arrived(matches);
    queue.append(0n, matches);
    assert.equal(queue.rests(), true);
    for (let i = 0; i < 3; i++) queue.take();
    assert.equal(rooms, 0);
    queue.take();
    assert.equal(memory.bytes, 128 * 1024);
    assert.equal(rooms, 1);
  });

  test("lets its search rest when it is too much, and go on once half is taken", () => {
    let rooms = 0;
    const memory = new UnreadMemory(plenty);
    const queue = new ReaderQueue(memory, () => rooms++);
    let start = 0n;
    while (!queue.rests()) start = fill(queue, start);
    assert.ok(memory.bytes >= unreadBytes);
    while (memory.bytes > unreadBytes / 2) {
      assert.equal(rooms, 0);
      assert.ok(queue.rests());
      queue.take();
    }
    assert.equal(rooms, 1);
    assert.equal(queue.rests(), false);
  });

  test("is bounded for all readers together, and a reader that takes its own goes on", () => {
    const memory = new UnreadMemory(100_000);
    let rooms = 0;
    const stalled = new ReaderQueue(memory, () => {});
    const reading = new ReaderQueue(memory, () => rooms++);
    let start = 0n;
    while (!stalled.rests()) start = fill(stalled, start);
    assert.ok(memory.bytes < unreadBytes, "the bound of all comes before its own");
    assert.equal(reading.rests(), false, "with nothing to read it must go on");
    fill(reading, 0n);
    assert.equal(reading.rests(), true);
    while (reading.take());
    assert.equal(rooms, 1);
    assert.equal(reading.rests(), false);
    stalled.clear();
    assert.equal(memory.bytes, 0);
  });

  test("never lets its search rest while what comes next is missing", () => {
    const queue = new ReaderQueue(new UnreadMemory(plenty), () => {});
    // They have come, but something before them has not.
    for (let i = 0; i < 10; i++) queue.arrived(dense(4000, 0n));
    assert.equal(queue.rests(), false);
  });

  test("has one reader", () => {
    const queue = new ReaderQueue(new UnreadMemory(plenty), () => {});
    queue.claim();
    assert.throws(() => queue.claim(), /has a reader already/);
  });
});

function fill(queue: ReaderQueue, start: bigint): bigint {
  const matches = dense(400, start);
  queue.arrived(matches);
  queue.append(start, matches);
  return start + 400n;
}

/** Every candidate from the start on matches. */
function dense(count: number, start: bigint): PackedMatches {
  const collector = new MatchCollector();
  for (let i = 0; i < count; i++) collector.add(i, 1, 2, new Uint8Array(20));
  return packMatches(collector.take(), start, 0);
}

/** Matches of so many bytes each. */
function ofSizes(sizes: readonly number[]): PackedMatches {
  let end = 0;
  const ends = Uint32Array.from(sizes, (size) => {
    end += size;
    return end;
  });
  return {
    count: sizes.length,
    frames: new Uint8Array(end),
    ends,
    indexes: Uint32Array.from(sizes, (_, index) => index),
    endsIdeal: false,
  };
}

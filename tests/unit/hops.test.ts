import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Hop, HopBehind } from "../../server/engine/workers.ts";
import { Hops } from "../../server/search/hops.ts";
import { until } from "../support/until.ts";

const slice: Hop = {
  serverInstance: "a",
  serverName: "machine a",
  hashes: 100,
  hashesAfterInterrupt: 0,
  interruptSeenAfterMs: undefined,
  idleAfterMs: 8,
  isConfirmed: true,
  endsWithinMs: 1000,
  behind: [],
};
const further: HopBehind = {
  serverInstance: "b",
  serverName: "machine b",
  hashes: 30,
  hashesAfterInterrupt: 0,
  interruptSeenAfterMs: undefined,
  idleAfterMs: 5,
  unconfirmed: 0,
  endsWithinMs: 500,
};

describe("the other servers of a search", () => {
  test("are told apart, each with all that it computed", () => {
    const hops = new Hops();
    hops.note(slice);
    hops.note({ ...slice, serverInstance: "c", serverName: "machine c", hashes: 7 });
    hops.note({ ...slice, hashes: 11, hashesAfterInterrupt: 4, endsWithinMs: 300 });
    assert.deepEqual(
      hops
        .list()
        .map(({ serverInstance, serverName, hashes, hashesAfterInterrupt, endsWithinMs }) => [
          serverInstance,
          serverName,
          hashes,
          hashesAfterInterrupt,
          endsWithinMs,
        ]),
      [
        ["a", "machine a", 111n, 4n, 1000],
        ["c", "machine c", 7n, 0n, 1000],
      ],
    );
  });

  test("say when they saw the last interrupt and were idle after it, whatever else ends later", () => {
    const hops = new Hops();
    hops.note(slice);
    assert.deepEqual(times(hops), [undefined, 8]);
    hops.note({ ...slice, interruptSeenAfterMs: 20, idleAfterMs: 21 });
    assert.deepEqual(times(hops), [20, 21]);
    hops.note({ ...slice, idleAfterMs: 300 });
    assert.deepEqual(times(hops), [20, 21]);
    hops.note({ ...slice, interruptSeenAfterMs: 40, idleAfterMs: 42 });
    assert.deepEqual(times(hops), [40, 42]);
  });

  test("are unconfirmed until the time is over within which their slices end by themselves", async () => {
    const hops = new Hops();
    hops.note(slice);
    assert.equal(hops.unconfirmed, 0);
    hops.note({ ...slice, isConfirmed: false, endsWithinMs: 200 });
    hops.note({ ...slice, isConfirmed: false, endsWithinMs: 60_000 });
    assert.equal(hops.unconfirmed, 2);
    await until(() => hops.unconfirmed === 1);
    // It stays on record that they said nothing.
    assert.equal(hops.list()[0]?.unconfirmed, 2);
  });

  test("tell of those behind them, whose slices count one by one", () => {
    const hops = new Hops();
    hops.note({ ...slice, behind: [further, { ...further, hashes: 5, unconfirmed: 3 }] });
    assert.deepEqual(
      hops.list().map(({ serverInstance, hashes, unconfirmed }) => [serverInstance, hashes, unconfirmed]),
      [
        ["a", 100n, 0],
        ["b", 35n, 3],
      ],
    );
    assert.equal(hops.unconfirmed, 3);
  });

  test("that take a new name for each slice are one without a name beyond a thousand", () => {
    const hops = new Hops();
    for (let i = 0; i < 1003; i++) hops.note({ ...slice, serverInstance: `${i}` });
    hops.note({ ...slice, serverInstance: "5" });
    const list = hops.list();
    assert.equal(list.length, 1001);
    assert.equal(list[5]?.hashes, 200n);
    const { serverInstance, serverName, hashes } = list.at(-1) ?? assert.fail();
    assert.deepEqual([serverInstance, serverName, hashes], ["", "", 300n]);
  });

  test("cannot fill the memory with what they claim not to know", () => {
    const hops = new Hops();
    hops.note({ ...slice, behind: [{ ...further, unconfirmed: 2 ** 31 }] });
    assert.equal(hops.unconfirmed, 1000);
  });
});

function times(hops: Hops): (number | undefined)[] {
  const { interruptSeenAfterMs, idleAfterMs } = hops.list()[0] ?? assert.fail();
  return [interruptSeenAfterMs, idleAfterMs];
}

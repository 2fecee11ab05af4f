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
    hops.note({ ...slice, hashes: 11, hashesAfterInterrupt: 4 });
    assert.deepEqual(
      hops
        .list()
        .map(({ serverInstance, serverName, hashes, hashesAfterInterrupt }) => [
          serverInstance,
          serverName,
          hashes,
          hashesAfterInterrupt,
        ]),
      [
        ["a", "machine a", 111n, 4n],
        ["c", "machine c", 7n, 0n],
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

  test("are unconfirmed with the longest time within which their slices end by themselves", async () => {
    const hops = new Hops();
    hops.note({ ...slice, endsWithinMs: 90_000 });
    assert.deepEqual(unconfirmed(hops), [0, 0]);
    hops.note({ ...slice, isConfirmed: false, endsWithinMs: 60_000 });
    hops.note({ ...slice, isConfirmed: false, endsWithinMs: 200 });
    const [count, endsWithinMs] = unconfirmed(hops);
    assert.equal(count, 2);
    assert.ok(endsWithinMs > 50_000 && endsWithinMs <= 60_000, `within ${endsWithinMs} ms`);
    await until(() => unconfirmed(hops)[1] < endsWithinMs);
  });

  test("stay unconfirmed when that time is over", async () => {
    const hops = new Hops();
    hops.note({ ...slice, isConfirmed: false, endsWithinMs: 20 });
    await until(() => unconfirmed(hops)[1] === 0);
    assert.deepEqual(unconfirmed(hops), [1, 0]);
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

  test("are told of within bounds, whatever they claim", () => {
    const hops = new Hops();
    for (let i = 0; i < 2; i++) {
      hops.note({ ...slice, behind: [{ ...further, unconfirmed: 2 ** 31, hashes: 2 ** 63 }] });
    }
    const { unconfirmed, hashes } = hops.list()[1] ?? assert.fail();
    assert.deepEqual([unconfirmed, hashes], [1_000_000, 2n ** 63n]);
  });
});

function unconfirmed(hops: Hops): [count: number, endsWithinMs: number] {
  const { unconfirmed, endsWithinMs } = hops.list()[0] ?? assert.fail();
  return [unconfirmed, endsWithinMs];
}

function times(hops: Hops): (number | undefined)[] {
  const { interruptSeenAfterMs, idleAfterMs } = hops.list()[0] ?? assert.fail();
  return [interruptSeenAfterMs, idleAfterMs];
}

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Locks } from "../../web/src/api/locks.ts";
import type { Connections } from "../../web/src/session/connections.ts";
import { ownConnections, sharedConnections } from "../../web/src/store/few-connections.ts";

describe("connections that tabs share", () => {
  test("are given in the order in which they were asked for, however close together", async () => {
    for (let between = 0; between < 20; between++) {
      const connections = sharedConnections(distantLocks(3), 2);
      const life = new AbortController();
      const held: number[] = [];
      const holds = [];
      for (let i = 0; i < 6; i++) {
        holds.push(connections.hold(life.signal, () => {}).then((isHeld) => isHeld && held.push(i)));
        await turns(between);
      }
      await turns(100);
      assert.deepEqual(held, [0, 1], `${between} turns between two`);
      life.abort();
      await Promise.all(holds);
    }
  });

  test("say nothing to a call that has left", async () => {
    const connections = sharedConnections(distantLocks(3), 1);
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    assert.equal(await connections.hold(first.signal, assert.fail), true);
    const next = connections.hold(second.signal, () => {});
    await turns(20);
    const hold = connections.hold(third.signal, assert.fail);
    third.abort();
    assert.equal(await hold, false);
    await turns(20);
    second.abort();
    assert.equal(await next, false);
    first.abort();
  });

  test("are not given to a call that leaves in the moment in which one is free for it", async () => {
    const life = new AbortController();
    const locks = distantLocks(0, (name) => name.endsWith("1") && life.abort());
    assert.equal(await sharedConnections(locks, 2).hold(life.signal, assert.fail), false);
  });

  test("are given one to each, also when two become free at once", async () => {
    const connections = sharedConnections(distantLocks(1), 2);
    const lives = Array.from({ length: 4 }, () => new AbortController());
    const holds = lives.map(({ signal }) => connections.hold(signal, () => {}));
    assert.deepEqual(await Promise.all(holds.slice(0, 2)), [true, true]);
    await turns(40);
    lives[0]?.abort();
    lives[1]?.abort();
    assert.deepEqual(await Promise.all(holds.slice(2)), [true, true]);
    for (const life of lives) life.abort();
  });

  test("pass on to the next in line when they are given back", async () => {
    const connections = sharedConnections(distantLocks(3), 2);
    const lives = Array.from({ length: 5 }, () => new AbortController());
    const held: number[] = [];
    const waited: number[] = [];
    const holds = lives.map(async ({ signal }, i) => {
      if (await connections.hold(signal, () => waited.push(i))) held.push(i);
    });
    await turns(100);
    assert.deepEqual(held, [0, 1]);
    for (const i of [2, 3, 4]) assert.ok(waited.includes(i), `${i} is told that it waits`);
    lives[2]?.abort();
    lives[0]?.abort();
    await turns(100);
    assert.deepEqual(held, [0, 1, 3], "who left the line is passed over");
    lives[1]?.abort();
    await turns(100);
    assert.deepEqual(held, [0, 1, 3, 4]);
    for (const life of lives) life.abort();
    await Promise.all(holds);
  });
});

for (const [which, make] of [
  ["a tab's own connections", () => ownConnections(2)],
  ["connections that tabs share", () => sharedConnections(distantLocks(1), 2)],
] as const) {
  describe(which, () => {
    test("are not given to a call that has left, and none is lost by it", async () => {
      const connections = make();
      assert.equal(await connections.hold(AbortSignal.abort(), assert.fail), false);
      const [first, second, third, fourth] = Array.from({ length: 4 }, () => new AbortController());
      assert.ok(first && second && third && fourth);
      const holds = [first, second, third, fourth].map(({ signal }) => connections.hold(signal, () => {}));
      await turns(40);
      // One becomes free in the very tick in which the next in line leaves.
      first.abort();
      third.abort();
      assert.equal(await holds[2], false);
      assert.equal(await holds[3], true);
      second.abort();
      fourth.abort();
      assert.deepEqual(await heldAtOnce(connections, 3), 2);
    });

    test("are all there again after any coming and going, and never more than all", async () => {
      const connections = make();
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat({ max: 11 }), { maxLength: 40 }), async (steps) => {
          const calls = new Map<number, { readonly life: AbortController; has: boolean }>();
          for (const step of steps) {
            // Each number comes and goes in turn; some steps follow in the same tick.
            const call = calls.get(step);
            if (call) {
              call.life.abort();
              call.has = false;
              calls.delete(step);
            } else {
              const life = new AbortController();
              const comes = { life, has: false };
              calls.set(step, comes);
              void connections
                .hold(life.signal, () => {})
                .then((isHeld) => {
                  comes.has = isHeld && !life.signal.aborted;
                });
            }
            if (step % 3 === 0) await turns(15);
            assert.ok([...calls.values()].filter(({ has }) => has).length <= 2);
          }
          await turns(60);
          assert.equal([...calls.values()].filter(({ has }) => has).length, Math.min(2, calls.size));
          for (const { life } of calls.values()) life.abort();
          assert.equal(await heldAtOnce(connections, 3), 2);
        }),
        { numRuns: 25 },
      );
    });
  });
}

/** How many of so many calls get a connection while none is given back. */
async function heldAtOnce(connections: Connections, count: number): Promise<number> {
  const life = new AbortController();
  let held = 0;
  const holds = Array.from({ length: count }, async () => {
    if (await connections.hold(life.signal, () => {})) held++;
  });
  await turns(60);
  const before = held;
  life.abort();
  await Promise.all(holds);
  await turns(20);
  return before;
}

/** Locks that answer as those of a browser do, whose keeper is another process. */
function distantLocks(distance: number, onAnswer: (name: string) => unknown = () => {}): Locks {
  // What Node has, and its types do not.
  const { locks } = navigator as unknown as { locks: Locks };
  return {
    async request<T>(
      name: string,
      options: { readonly signal?: AbortSignal; readonly ifAvailable?: boolean },
      callback: (lock: object | null) => T,
    ): Promise<Awaited<T>> {
      await turns(distance);
      return await locks.request(name, options, async (lock) => {
        await turns(distance);
        onAnswer(name);
        return await callback(lock);
      });
    },
  };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

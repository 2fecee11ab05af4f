import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Locks } from "../../web/src/api/locks.ts";
import { sharedConnections } from "../../web/src/store/few-connections.ts";

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

/** Locks that answer as those of a browser do, whose keeper is another process. */
function distantLocks(distance: number): Locks {
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
        return await callback(lock);
      });
    },
  };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

import assert from "node:assert/strict";
import { afterEach, describe, mock, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import {
  type WatchActivityResponse,
  WatchActivityResponseSchema,
} from "../../proto/gen/hash_name/v1/activity_pb.ts";
import type { ActivityListener, Connection } from "../../web/src/api/activity-watch.ts";
import type { Locks } from "../../web/src/api/locks.ts";
import { shareActivity } from "../../web/src/api/shared-activity.ts";

describe("the activity of a browser's tabs", { timeout: 20_000 }, () => {
  afterEach(async () => {
    for (const { die } of tabs.splice(0)) die();
    mock.timers.reset();
    mock.restoreAll();
    await settled();
  });

  test("is read by one of them, and heard by all", async () => {
    const [first, second, third] = await three();
    assert.deepEqual([first.opened(), second.opened(), third.opened()], [1, 0, 0]);
    first.tell(7, ["a"]);
    await settled();
    for (const { heard } of [first, second, third]) assert.deepEqual(heard, [[7, ["a"]]]);
  });

  test("is asked for the searches of all, as they come and go", async () => {
    const [first, second, third] = await three();
    first.watch.follow(["a"]);
    second.watch.follow(["b", "c"]);
    await settled();
    assert.deepEqual(first.followed(), ["a", "b", "c"]);
    third.watch.follow(["d"]);
    second.watch.follow(["c"]);
    await settled();
    assert.deepEqual(first.followed().toSorted(), ["a", "c", "d"]);
    second.die();
    await settled();
    assert.deepEqual(first.followed().toSorted(), ["a", "d"], "a tab that is gone wishes for nothing");
  });

  test("is read by the next when its reader dies, for the searches of all that are left", async () => {
    const [first, second, third] = await three();
    first.watch.follow(["a"]);
    second.watch.follow(["b"]);
    third.watch.follow(["c"]);
    await settled();
    first.die();
    await settled();
    assert.deepEqual([second.opened(), third.opened()], [1, 0]);
    assert.deepEqual(second.followed().toSorted(), ["b", "c"]);
    second.tell(8, []);
    await settled();
    assert.deepEqual(third.heard, [[8, []]]);
    assert.deepEqual(first.heard, []);
  });

  test("tells of the connection on each tab's own clock, news only, and to newcomers", async () => {
    const now = mock.method(performance, "now", () => 10_000);
    const [first, second] = await three();
    first.connect({ kind: "lost", retryAt: 14_000 });
    // The other tab was opened 9 s later.
    now.mock.mockImplementation(() => 1_000);
    await settled();
    assert.deepEqual(second.connections, [{ kind: "lost", retryAt: 5_000 }]);
    assert.deepEqual(first.connections, [{ kind: "lost", retryAt: 14_000 }]);
    first.connect({ kind: "lost", retryAt: undefined });
    for (let i = 0; i < 3; i++) first.connect({ kind: "connected" });
    await settled();
    assert.deepEqual(second.connections.slice(1), [
      { kind: "lost", retryAt: undefined },
      { kind: "connected" },
    ]);
    assert.equal(first.connections.length, 5);
    const newcomer = tab();
    await settled();
    assert.deepEqual(newcomer.connections, [{ kind: "connected" }]);
    assert.equal(second.connections.length, 4, "all hear what the newcomer is told");
  });

  test("is tried at once, whichever tab wants it", async () => {
    const [first, second] = await three();
    first.watch.tryNow();
    assert.equal(first.tries(), 1);
    second.watch.tryNow();
    await settled();
    assert.equal(first.tries(), 2);
  });

  test("is taken over by a visible tab that has heard nothing for six seconds", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const [first, second, third] = await three();
    second.hidden = true;
    first.tell(1, []);
    await settled();
    mock.timers.tick(5_999);
    await settled();
    assert.equal(third.opened(), 0);
    mock.timers.tick(1);
    await settled();
    assert.deepEqual([second.opened(), third.opened()], [0, 1], "a hidden tab is slow itself");
    assert.equal(first.closed(), 1, "the one before has closed its stream");
    third.tell(2, []);
    await settled();
    assert.deepEqual(first.heard, [
      [1, []],
      [2, []],
    ]);
    third.die();
    await settled();
    assert.deepEqual([first.opened(), second.opened()], [1, 1]);
    second.die();
    await settled();
    assert.equal(first.opened(), 2, "the tab from which it was taken is in line for it again");
  });

  test("stays with its reader as long as that is heard", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const [first, second, third] = await three();
    for (let i = 0; i < 5; i++) {
      mock.timers.tick(5_000);
      if (i % 2 === 0) first.tell(i, []);
      else first.connect({ kind: "lost", retryAt: undefined });
      await settled();
    }
    assert.deepEqual([first.opened(), second.opened(), third.opened()], [1, 0, 0]);
    mock.timers.tick(60_000);
    await settled();
    assert.equal(first.opened() + second.opened() + third.opened() > 1, true);
  });

  test("ends with the tab: its stream is closed, and another reads", async () => {
    const [first, second] = await three();
    first.watch.close();
    await settled();
    assert.ok(first.closed() > 0);
    assert.equal(second.opened(), 1);
    second.tell(3, []);
    await settled();
    assert.deepEqual(first.heard, []);
  });
});

const tabs: { die(): void }[] = [];
// What Node has, and its types do not.
const { locks: ofAll } = navigator as unknown as { readonly locks: Locks };

async function three() {
  const all = [];
  for (let i = 0; i < 3; i++) {
    all.push(tab());
    await settled();
  }
  const [first, second, third] = all;
  assert.ok(first && second && third);
  return [first, second, third] as const;
}

/** A tab of the browser, and the stream that it reads when it is the reader. */
function tab() {
  const { promise: gone, resolve: go } = Promise.withResolvers<never>();
  const locks: Locks = {
    // What a tab holds is free when it has gone.
    request: (name, options, callback) =>
      ofAll.request(name, options, async (lock) => await Promise.race([callback(lock), gone])),
  };
  const heard: [number, readonly string[]][] = [];
  const connections: Connection[] = [];
  let reader: ActivityListener | undefined;
  let followed: readonly string[] = [];
  let [opened, closed, tries] = [0, 0, 0];
  const state = { hidden: false };
  const watch = shareActivity(
    (listener) => {
      reader = listener;
      opened++;
      return {
        follow(ids) {
          followed = ids;
        },
        tryNow: () => tries++,
        close: () => closed++,
      };
    },
    {
      activity: ({ searches }: WatchActivityResponse, asked) => heard.push([searches, asked]),
      connection: (connection) => connections.push(connection),
    },
    { locks, isHidden: () => state.hidden },
  );
  function die(): void {
    watch.close();
    go(undefined as never);
  }
  tabs.push({ die });
  return Object.assign(state, {
    watch,
    heard,
    connections,
    opened: () => opened,
    closed: () => closed,
    tries: () => tries,
    followed: () => followed,
    die,
    tell: (searches: number, asked: readonly string[]) =>
      reader?.activity(create(WatchActivityResponseSchema, { searches }), asked),
    connect: (connection: Connection) => reader?.connection(connection),
  });
}

/** Until every message and lock that is on its way has arrived. */
async function settled(): Promise<void> {
  for (let i = 0; i < 30; i++) await turn();
}

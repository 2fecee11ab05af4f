import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import {
  type WatchActivityResponse,
  WatchActivityResponseSchema,
} from "../../proto/gen/hash_name/v1/activity_pb.ts";
import type { Odds } from "../../web/src/odds/odds.ts";

type Activity = ReadonlySignal<WatchActivityResponse | undefined>;
// Its types are those of browsers, which Node's do not know.
const {
  createPageOdds,
  knownRate,
}: { createPageOdds(): Odds; knownRate(activity: Activity): ReadonlySignal<number | undefined> } =
  await import(String(new URL("../../web/src/store/odds.ts", import.meta.url)));

test("what shows a chance is shown again when it is known", (t) => {
  const { promise: asked, resolve: answer } = Promise.withResolvers<EventTarget>();
  class Thread extends EventTarget {
    postMessage(): void {
      answer(this);
    }
  }
  // Node has none under this name.
  Object.assign(globalThis, { Worker: Thread });
  t.after(() => Reflect.deleteProperty(globalThis, "Worker"));
  const odds = createPageOdds();
  const shown: unknown[] = [];
  const end = effect(() => void shown.push(odds.chance("doctor", 0)));
  t.after(end);
  assert.deepEqual(shown, [undefined]);
  return asked.then((thread) => {
    thread.dispatchEvent(new MessageEvent("message", { data: { low: 1, high: 1 } }));
    assert.deepEqual(shown, [undefined, { low: 1, high: 1 }]);
  });
});

test("the server's speed is what it expects of itself, until it has worked for a while", (t) => {
  let now = 1_000;
  t.mock.method(performance, "now", () => now);
  const activity = signal<WatchActivityResponse | undefined>(undefined);
  const rate = knownRate(activity);
  const tell = (workersBusy: number, hashesPerSecond: number) => {
    activity.value = create(WatchActivityResponseSchema, {
      workersBusy,
      hashesPerSecond,
      expectedHashesPerSecond: 50,
    });
    return rate.value;
  };
  assert.equal(rate.value, undefined, "nothing was heard of it");
  now += 5_000;
  assert.equal(tell(1, 20), 50, "its figure still rises");
  now += 5_000;
  assert.equal(tell(1, 30), 30);
});

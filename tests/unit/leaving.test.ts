import assert from "node:assert/strict";
import { test } from "node:test";
import { leavingTimes } from "../../server/leaving.ts";

test("without a time callers are told at once, and have three seconds", () => {
  assert.deepEqual(leavingTimes(0), { servedMs: 0, lastWordsMs: 3000 });
});

test("the last three seconds of a time, or its half, are for telling callers and for the end", () => {
  assert.deepEqual(leavingTimes(1000), { servedMs: 500, lastWordsMs: 250 });
  assert.deepEqual(leavingTimes(6000), { servedMs: 3000, lastWordsMs: 1500 });
  assert.deepEqual(leavingTimes(60_000), { servedMs: 57_000, lastWordsMs: 1500 });
});

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { WatchActivityResponseSchema } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import type { SearchSession } from "../../web/src/session/search-session.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { vanishedFinder } from "../../web/src/store/vanished.ts";
import { after, from, match, progress, stop } from "./session-fixtures.ts";

/** Looks for the run "one" after some time; the activity lists no search unless it is said. */
function looking(t: TestContext) {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const vanished = vanishedFinder();
  return (state: SearchState, asked: readonly string[], afterMs: number, listed: string[] = []): boolean => {
    now += afterMs;
    const progress = listed.map((searchId) => ({ searchId }));
    const activity = create(WatchActivityResponseSchema, { progress });
    return vanished([{ state } as SearchSession], activity, asked).length > 0;
  };
}

test("a search that was listed, and is missing for two seconds, has lost its connection", (t) => {
  const look = looking(t);
  const running = after(progress);
  assert.equal(look(running, ["one"], 0), false);
  assert.equal(look(running, ["one"], 1_999), false);
  assert.equal(look(running, ["one"], 1), true);
});

test("a search that is listed again has not lost its connection, and has two seconds anew", (t) => {
  const look = looking(t);
  const running = after(progress);
  look(running, ["one"], 0);
  assert.equal(look(running, ["one"], 2_000, ["other", "one"]), false);
  assert.equal(look(running, ["one"], 1_000, ["other"]), false);
  assert.equal(look(running, ["one"], 1_999), false);
  assert.equal(look(running, ["one"], 1), true);
});

test("a search that was never listed cannot be missing: its call may be on its way", (t) => {
  const look = looking(t);
  for (let i = 0; i < 5; i++) assert.equal(look(after(), ["one"], 1_000), false);
});

test("a search that runs no more cannot be missing", (t) => {
  const look = looking(t);
  for (let i = 0; i < 5; i++) assert.equal(look(after(progress, stop), ["one"], 1_000), false);
});

test("a search whose matches still come has not lost its connection", (t) => {
  const look = looking(t);
  const running = after(progress);
  look(running, ["one"], 0);
  const more = from(running, { type: "matches", runId: "one", batch: [match(1n)] });
  assert.equal(look(more, ["one"], 2_000), false);
});

test("a search that the server was not asked for cannot be missing, however long", (t) => {
  const look = looking(t);
  const running = after(progress);
  for (let i = 0; i < 10; i++) assert.equal(look(running, ["another"], 1_000), false);
  assert.equal(look(running, ["one"], 0), false, "its time begins when it is asked for");
  assert.equal(look(running, ["one"], 2_000), true);
});

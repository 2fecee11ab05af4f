import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { mostWatchedSearches } from "../../proto/bounds.ts";
import { type Connection, watchActivity } from "../../web/src/api/activity-watch.ts";
import type { Clients } from "../../web/src/api/clients.ts";

/** A watch on a server that gives the answers in turn, the last one for ever. */
function watching(t: TestContext, ...answers: readonly ("breaks" | "is silent" | "speaks once")[]) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const heard: Connection[] = [];
  let calls = 0;
  const asked: (readonly string[])[] = [];
  const told: (readonly string[])[] = [];
  async function* watch(
    { searchIds }: { readonly searchIds: readonly string[] },
    { signal }: { readonly signal: AbortSignal },
  ) {
    asked.push(searchIds);
    const answer = answers[Math.min(calls++, answers.length - 1)];
    if (answer === "breaks") throw new Error("cut");
    if (answer === "speaks once") yield {};
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }
  const client = { watchActivity: watch } as unknown as Clients["activity"];
  const activity = watchActivity(client, {
    activity: (_, ids) => told.push(ids),
    connection: (is) => heard.push(is),
  });
  t.after(() => activity.close());
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms);
    await turn();
  };
  const lastWaitMs = () => {
    const last = heard.findLast(({ kind }) => kind === "lost");
    return last?.kind === "lost" && last.retryAt !== undefined ? last.retryAt - performance.now() : 0;
  };
  return { activity, heard, asked, told, pass, lastWaitMs, calls: () => calls };
}

test("a broken stream is opened again after 1, 2, 4, then always 8 seconds", async (t) => {
  const { pass, lastWaitMs, calls } = watching(t, "breaks");
  await turn();
  for (const [i, seconds] of [1, 2, 4, 8, 8].entries()) {
    assert.equal(Math.round(lastWaitMs() / 1000), seconds);
    assert.equal(calls(), i + 1);
    await pass(seconds * 1000 - 1);
    assert.equal(calls(), i + 1, "not before its time");
    await pass(1);
  }
});

test("four seconds of silence are a lost connection, though nothing has closed", async (t) => {
  const { heard, pass } = watching(t, "speaks once", "is silent");
  await turn();
  assert.equal(heard.at(-1)?.kind, "connected");
  await pass(3_999);
  assert.equal(heard.at(-1)?.kind, "connected");
  await pass(1);
  assert.equal(heard.at(-1)?.kind, "lost");
  await pass(1_000);
  assert.deepEqual(heard.at(-1), { kind: "lost", retryAt: undefined }, "being tried");
  await pass(4_000);
  const last = heard.at(-1);
  assert.ok(last?.kind === "lost" && last.retryAt !== undefined, "nor did the try get an answer");
});

test("a try by hand starts the backoff anew, other searches to follow do not try before time", async (t) => {
  const { activity, pass, lastWaitMs, calls } = watching(t, "breaks");
  await turn();
  await pass(1_000);
  await pass(2_000);
  assert.equal(calls(), 3);
  activity.follow(["a"]);
  await turn();
  assert.equal(calls(), 3);
  activity.tryNow();
  await turn();
  assert.equal(calls(), 4);
  assert.equal(Math.round(lastWaitMs() / 1000), 1);
});

test("the backoff begins anew when the stream has spoken", async (t) => {
  const { pass, lastWaitMs } = watching(t, "breaks", "breaks", "speaks once", "breaks");
  await turn();
  await pass(1_000);
  await pass(2_000);
  await pass(4_000);
  assert.equal(Math.round(lastWaitMs() / 1000), 1, "after four seconds of silence");
});

test("a watch that is closed asks no more, whether it listened or waited", async (t) => {
  for (const first of ["breaks", "is silent"] as const) {
    const { activity, heard, calls, pass } = watching(t, first);
    await turn();
    activity.close();
    const before = heard.length;
    await pass(60_000);
    assert.equal(calls(), 1);
    assert.equal(heard.length, before);
    t.mock.timers.reset();
  }
});

test("a stream that is opened for other searches is not a lost connection", async (t) => {
  const { activity, heard, asked, calls, pass } = watching(t, "speaks once");
  await turn();
  activity.follow(["a"]);
  await turn();
  assert.deepEqual(asked, [[], ["a"]]);
  activity.follow(["a"]);
  activity.follow(["a", "a"]);
  await turn();
  assert.equal(calls(), 2, "these are the same searches");
  activity.follow([]);
  await turn();
  assert.deepEqual(asked.at(-1), []);
  assert.ok(heard.every(({ kind }) => kind === "connected"));
  await pass(3_999);
  assert.equal(heard.at(-1)?.kind, "connected", "its silence begins anew");
});

test("what an older stream says late is not heard", async () => {
  const { promise: late, resolve: arrive } = Promise.withResolvers<void>();
  let calls = 0;
  async function* watch() {
    if (calls++ === 0) await late;
    yield {};
    await new Promise(() => {});
  }
  const told: (readonly string[])[] = [];
  const activity = watchActivity({ watchActivity: watch } as unknown as Clients["activity"], {
    activity: (_, ids) => told.push(ids),
    connection: () => {},
  });
  activity.follow(["a"]);
  arrive();
  for (let i = 0; i < 5; i++) await turn();
  activity.close();
  assert.deepEqual(told, [["a"]]);
});

test("no more searches are asked for than one call may, and those that were asked for stay", async (t) => {
  const { activity, asked, told } = watching(t, "speaks once");
  await turn();
  const ids = Array.from({ length: mostWatchedSearches + 6 }, (_, i) => `search ${i}`);
  activity.follow(ids);
  await turn();
  const first = ids.slice(0, mostWatchedSearches);
  assert.deepEqual(asked.at(-1), first);
  assert.deepEqual(told.at(-1), first, "whoever reads the activity knows what it was asked for");
  activity.follow(["newest", ...ids]);
  activity.follow(ids.toReversed());
  await turn();
  assert.equal(asked.length, 2, "what does not fit, or comes in another order, opens no stream again");
  activity.follow(["newest", ...ids.slice(1)]);
  await turn();
  assert.deepEqual(asked.at(-1), [...first.slice(1), "newest"]);
});

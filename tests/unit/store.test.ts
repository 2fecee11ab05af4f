import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { WatchActivityResponseSchema } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import type { SearchReport } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { ActivityListener, Connection } from "../../web/src/api/activity-watch.ts";
import type { Connections } from "../../web/src/session/connections.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { lastStopAfter } from "../../web/src/store/last-stop.ts";
import { createStore, type StoreDeps } from "../../web/src/store/store.ts";
import { after, ended, from, progress, query, report, reported, run, stop } from "./session-fixtures.ts";

describe("the searches of the page", () => {
  test("are listed newest first, and followed from when they are sent until they have ended", async (t) => {
    const { store, followed, free } = page(t, "one at a time");
    store.start({ ...query, name: "first" });
    store.start({ ...query, name: "second" });
    await turn();
    assert.deepEqual(shown(store), ["second queued", "first running"]);
    const [second, first] = store.cards.value;
    assert.ok(first && second);
    assert.deepEqual(followed.at(-1), [first.state.value.run.id], "what was not sent is not known there");
    assert.equal(store.running.value.length, 2, "both would be ended by a Stop");
    store.stopAll("Stop all", 0);
    await turn();
    assert.deepEqual(shown(store), ["second withdrawn", "first unconfirmed"]);
    assert.deepEqual(followed.at(-1), [first.state.value.run.id], "it may still be computed for");
    assert.equal(store.running.value.length, 0);
    free();
  });

  test("have each its own progress", async (t) => {
    const { store, tell } = page(t);
    for (const name of ["first", "second", "third"]) store.start({ ...query, name });
    const [third, second] = store.cards.value;
    assert.ok(second && third);
    tell({
      progress: [
        { searchId: second.state.value.run.id, nextIndex: 5n, hashesComputed: 6n, hashesPerSecond: 7 },
        { searchId: third.state.value.run.id, searchesAhead: 2 },
      ],
    });
    assert.deepEqual(
      store.cards.value.map(({ state: { value } }) => [
        value.kind === "running" && value.ahead,
        value.progress,
      ]),
      [
        [2, { nextIndex: 0n, matchesSent: 0n, hashes: 0n, hashesPerSecond: 0 }],
        [undefined, { nextIndex: 5n, matchesSent: 0n, hashes: 6n, hashesPerSecond: 7 }],
        [undefined, undefined],
      ],
    );
  });

  test("are told whether the server is reached, and until when it is not tried", async (t) => {
    const { store, connect } = page(t);
    store.start(query);
    assert.deepEqual(store.connection.value, { kind: "connecting" });
    const unreached = () => {
      const state = store.cards.value[0]?.state.value;
      return state?.kind === "running" ? state.unreached : "no longer";
    };
    connect({ kind: "connected" });
    assert.equal(store.connection.value.kind, "connected");
    connect({ kind: "lost", retryAt: 5 });
    assert.deepEqual(unreached(), { kind: "lost", retryAt: 5 });
    connect({ kind: "lost", retryAt: 9 });
    assert.deepEqual(unreached(), { kind: "lost", retryAt: 9 });
    connect({ kind: "connected" });
    assert.equal(unreached(), undefined);
    const before = store.connection.value;
    connect({ kind: "connected" });
    assert.equal(store.connection.value, before, "what is known is no news");
  });

  test("that ask for their report ask at once when the server is back, or when a person or a wake says so", async (t) => {
    const { store, server, connect, tries, wake } = page(t);
    store.restore(unconfirmed());
    await turn();
    connect({ kind: "connected" });
    await turn();
    assert.equal(server.asked, 1, "the first connection is no return");
    connect({ kind: "lost", retryAt: 5 });
    connect({ kind: "lost", retryAt: undefined });
    await turn();
    assert.equal(server.asked, 1);
    connect({ kind: "connected" });
    await turn();
    assert.equal(server.asked, 2);
    assert.equal(tries(), 0);
    store.tryNow();
    await turn();
    assert.deepEqual([server.asked, tries()], [3, 1]);
    wake();
    await turn();
    assert.deepEqual([server.asked, tries()], [4, 2]);
  });

  test("are asked about when they are no longer listed", async (t) => {
    const { store, tell, pass } = page(t);
    store.start(query);
    await turn();
    const id = store.cards.value[0]?.state.value.run.id ?? "";
    tell({ progress: [{ searchId: id, hashesComputed: 6n }] });
    tell({}, [id]);
    await pass(2_000);
    tell({}, [id]);
    await turn();
    assert.deepEqual(shown(store), ["doctor lost"]);
  });

  test("let go of their call when they are removed, the others stay", async (t) => {
    const { store, server } = page(t);
    store.start({ ...query, name: "first" });
    store.start({ ...query, name: "second" });
    await turn();
    const [second] = store.cards.value;
    assert.ok(second);
    store.remove(second);
    assert.deepEqual(shown(store), ["first running"]);
    assert.deepEqual(
      server.signals.map(({ aborted }) => aborted),
      [false, true],
    );
  });

  test("tell of every change, from what to what", async (t) => {
    const { store, changes } = page(t);
    store.start(query);
    store.stopAll("Esc twice", 0);
    store.restore(after(stop, reported()));
    assert.deepEqual(changes, ["nothing to running", "running to stopping", "nothing to stopped"]);
    assert.equal(store.cards.value[0]?.state.value.kind, "stopped", "the newest card is the one put back");
    assert.equal(new Set(store.cards.value.map(({ key }) => key)).size, 2);
  });

  test("begin on the server that is there, where that is known", async (t) => {
    const { store, connect, tell } = page(t);
    const instance = () => {
      store.start(query);
      return store.cards.value[0]?.state.value.run.serverInstance;
    };
    assert.equal(instance(), undefined);
    tell({ serverInstance: "A" });
    assert.equal(instance(), undefined, "it is not connected");
    connect({ kind: "connected" });
    assert.equal(instance(), "A");
    connect({ kind: "lost", retryAt: undefined });
    assert.equal(instance(), undefined, "it may be another one by now");
  });

  test("have a clock while one of them runs or the server is not reached, and none else", async (t) => {
    const { store, connect, pass } = page(t);
    await pass(1_000);
    assert.equal(store.now.value, 0);
    connect({ kind: "lost", retryAt: 5_000 });
    await pass(100);
    assert.equal(store.now.value, 1_100);
    connect({ kind: "connected" });
    await pass(1_000);
    assert.equal(store.now.value, 1_100);
    store.start(query);
    assert.equal(store.now.value, 2_100, "it is right at once");
    await pass(99);
    assert.equal(store.now.value, 2_100);
    await pass(1);
    assert.equal(store.now.value, 2_200);
  });
});

describe("workers that are idle after a Stop", () => {
  for (const [about, others, activity, isShared] of [
    ["nobody else searches", 0, { searches: 1, progress: [{ searchId: "one" }] }, false],
    ["nothing is known of the server", 0, undefined, false],
    ["the page has another search", 1, undefined, true],
    ["somebody else searches", 0, { searches: 2, progress: [{ searchId: "one" }] }, true],
    ["it is no longer counted, and another is", 0, { searches: 1 }, true],
    [
      "it was waiting for a place, so the search is another's",
      0,
      { searches: 1, progress: [{ searchId: "one", searchesAhead: 0 }] },
      true,
    ],
    ["nothing runs any more", 0, { searches: 0 }, false],
    [
      "the caller's other search waits for a place",
      0,
      { searches: 1, progress: [{ searchId: "two", searchesAhead: 1 }, { searchId: "one" }] },
      false,
    ],
  ] as const) {
    test(`${isShared ? "have gone to others" : "are free"} when ${about}`, async (t) => {
      const { store, server, tell } = page(t);
      for (let i = 0; i < others; i++) store.start(query);
      if (activity) tell(activity as Activity);
      server.report = report();
      const { state } = store.restore(unconfirmed());
      while (state.value.kind !== "stopped") await turn();
      assert.equal(state.value.othersRun, isShared);
    });
  }

  test("are free when the page's other searches wait to be sent", async (t) => {
    const { store, server } = page(t, "one at a time");
    for (let i = 0; i < 2; i++) store.start(query);
    await turn();
    const [waiting, running] = store.cards.value;
    assert.ok(waiting?.state.value.kind === "queued" && running);
    server.report = report();
    running.session.stop("Esc", 0);
    while (running.state.value.kind !== "stopped") await turn();
    assert.equal(running.state.value.othersRun, false);
  });
});

describe("the last stop", () => {
  const first = after(stop);
  const later = { ...after(stop), run: run("two"), stop: { reason: "Esc", at: 2_001 } } as SearchState;

  test("is the latest that a person asked for, whichever search changes", () => {
    const last = lastStopAfter(undefined, first);
    assert.equal(last?.stop.at, 2_000);
    assert.equal(lastStopAfter(last, later)?.stop.at, 2_001);
    const latest = lastStopAfter(undefined, later);
    assert.equal(
      lastStopAfter(latest, from(first, reported())),
      latest,
      "an older one does not take its place",
    );
    assert.equal(
      lastStopAfter(last, { ...later, stop: first.kind === "stopping" && first.stop } as SearchState)?.state
        .run.id,
      "two",
    );
  });

  test("is shown with what became of it, also when the search had ended for another cause", () => {
    const last = lastStopAfter(undefined, first);
    assert.equal(lastStopAfter(last, from(first, reported()))?.state.kind, "stopped");
    const budget = after(ended({ kind: "budget", report: undefined }));
    assert.deepEqual(lastStopAfter(last, budget), { stop: last?.stop, state: budget });
  });

  test("stays as it was when a search goes on, or others end", () => {
    const last = lastStopAfter(undefined, first);
    assert.equal(lastStopAfter(last, after(progress)), last, "it was continued");
    const other = { ...after(ended({ kind: "completed" })), run: run("two") };
    assert.equal(lastStopAfter(last, other), last);
    assert.equal(lastStopAfter(undefined, after(ended({ kind: "completed" }))), undefined);
  });
});

type Activity = MessageInitShape<typeof WatchActivityResponseSchema>;

function unconfirmed(): SearchState {
  return { ...after(progress, stop), asking: { retryAt: undefined } } as SearchState;
}

function shown({ cards }: ReturnType<typeof createStore>): readonly string[] {
  return cards.value.map(({ state: { value } }) => `${value.query.name} ${value.kind}`);
}

/** A page whose server and clock do what they are told to. */
function page(t: TestContext, connected?: "one at a time") {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  t.mock.method(performance, "now", () => now);
  let listener: ActivityListener | undefined;
  const followed: (readonly string[])[] = [];
  const changes: string[] = [];
  let tries = 0;
  let wake = () => {};
  const server = { signals: [] as AbortSignal[], asked: 0, report: undefined as SearchReport | undefined };
  const clients = {
    finder: {
      async *findRange(_request: object, { signal }: { readonly signal: AbortSignal }) {
        server.signals.push(signal);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        throw new ConnectError("aborted", Code.Canceled);
      },
    },
    reports: {
      async getSearchReport() {
        server.asked++;
        if (server.report === undefined) throw new ConnectError("down", Code.Unavailable);
        return { report: server.report };
      },
    },
  } as unknown as StoreDeps["clients"];
  let holders = 0;
  const { promise: isFree, resolve: free } = Promise.withResolvers<void>();
  const connections: Connections = {
    async hold(signal, onWait) {
      if (holders++ === 0) return true;
      onWait();
      await isFree;
      return !signal.aborted;
    },
  };
  const store = createStore(
    {
      clients,
      connections: connected && connections,
      openActivity(given) {
        listener = given;
        return {
          follow: (ids) => followed.push(ids),
          tryNow: () => tries++,
          close: () => {},
        };
      },
      onWake(given) {
        wake = given;
      },
    },
    (before, { kind }) => changes.push(`${before?.kind ?? "nothing"} to ${kind}`),
  );
  t.after(() => {
    for (const card of store.cards.value) store.remove(card);
    listener?.connection({ kind: "connected" });
  });
  return {
    store,
    server,
    followed,
    changes,
    free,
    tries: () => tries,
    wake: () => wake(),
    tell: (activity: Activity, asked: readonly string[] = []) =>
      listener?.activity(create(WatchActivityResponseSchema, activity), asked),
    connect: (connection: Connection) => listener?.connection(connection),
    async pass(ms: number): Promise<void> {
      now += ms;
      t.mock.timers.tick(ms);
      await turn();
    },
  };
}

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import type { SearchReport } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { carryCall } from "../../web/src/session/carry-call.ts";
import type { Connections } from "../../web/src/session/connections.ts";
import type { Query } from "../../web/src/session/query.ts";
import {
  restoreSearch,
  type SearchSession,
  type SessionDeps,
  startSearch,
} from "../../web/src/session/search-session.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { after, ended, progress, query, report, reported, run, stop } from "./session-fixtures.ts";

describe("the life of a search on the page", () => {
  test("begins with the query as it was asked, under the id of its run", async (t) => {
    const { server, start } = page(t);
    const { state } = start({ ...query, maximumHashes: 7n, timeLimitMs: 1_500 });
    await turn();
    assert.deepEqual(server.calls, [
      {
        method: "findRange",
        desiredName: "doctor",
        idealHammingDistance: 0,
        interestingHammingDistance: 2,
        searchId: state.run.id,
        startIndex: 0n,
        maximumHashes: 7n,
        timeoutMs: 1_500,
      },
    ]);
    start({ ...query, mode: "first" });
    await turn();
    assert.equal(server.calls[1]?.method, "find");
    assert.equal(server.calls[1]?.interestingHammingDistance, 0, "near misses would not be shown");
  });

  test("shows its matches every 50 ms while they come, and the last with the end", async (t) => {
    const { server, start, states, pass } = page(t);
    const session = start(query);
    await turn();
    for (let i = 0; i < 3; i++) server.say(i);
    await turn();
    await pass(49);
    assert.equal(session.state.matches.count, 0);
    await pass(1);
    assert.equal(session.state.matches.count, 3);
    assert.equal(states.length, 1, "three matches are one change");
    await pass(1_000);
    assert.equal(states.length, 1, "nothing came, so nothing changes");
    server.say(3);
    await turn();
    await pass(50);
    assert.equal(session.state.matches.count, 4);
    server.say(4);
    server.finish();
    await pass(0);
    assert.equal(session.state.kind, "exhausted");
    assert.deepEqual(
      session.state.matches.kept.map(({ index }) => index),
      [0n, 1n, 2n, 3n, 4n],
      "each is shown once",
    );
    await pass(50);
    assert.equal(session.state.matches.count, 5);
  });

  test("brings the first match and ends with it", async (t) => {
    const { server, start, pass } = page(t);
    const session = start({ ...query, mode: "first" });
    await turn();
    server.say(41, 0);
    await pass(0);
    assert.equal(session.state.kind, "found");
    assert.deepEqual(session.state.matches.kept, [
      { secret: "41", hash: "FEVc6RB5ZDihKM41HBrDGrPCkqU=", distance: 0, index: 41n, offset: 20 },
    ]);
  });

  test("shows what had arrived when it was stopped", async (t) => {
    const { server, start } = page(t);
    const session = start(query);
    await turn();
    server.say(1);
    await turn();
    session.stop("Esc", 5);
    assert.equal(session.state.kind, "stopping");
    assert.equal(session.state.matches.count, 1);
  });

  test("is over for a second Stop, which aborts nothing and asks nothing", async (t) => {
    const { server, start } = page(t);
    const session = start(query);
    await turn();
    server.finish();
    await turn();
    session.stop("Esc", 5);
    assert.equal(session.state.kind, "exhausted");
    await turn();
    assert.equal(server.asked.length, 0);
  });

  test("goes on in a new run, and only when the one before has ended", async (t) => {
    const { server, start, pass } = page(t);
    const session = start(query);
    await turn();
    session.resume();
    await turn();
    assert.equal(server.calls.length, 1, "it still runs");
    server.say(7);
    await turn();
    server.finish();
    await turn();
    session.resume();
    await turn();
    assert.deepEqual(
      server.calls.map(({ startIndex }) => startIndex),
      [0n, 8n],
    );
    assert.notEqual(server.calls[0]?.searchId, server.calls[1]?.searchId);
    server.say(9);
    await turn();
    await pass(50);
    assert.equal(session.state.matches.count, 2);
  });

  test("says that the server is not reached, what it computes, and how many are ahead", async (t) => {
    const { start } = page(t);
    const session = start(query);
    session.contact({ retryAt: 9 });
    assert.ok(session.state.kind === "running" && session.state.unreached?.retryAt === 9);
    session.contact(undefined);
    session.progress({ nextIndex: 3n, matchesSent: 0n, hashes: 4n, hashesPerSecond: 5 }, 6);
    assert.ok(session.state.kind === "running" && session.state.ahead === 6);
    assert.equal(session.state.unreached, undefined);
    assert.equal(session.state.progress?.hashes, 4n);
  });

  test("asks what became of it when its connection is given up for dead", async (t) => {
    const { server, start, pass } = page(t);
    server.report = report();
    const session = start(query);
    await turn();
    session.progress({ nextIndex: 3n, matchesSent: 0n, hashes: 4n, hashesPerSecond: 5 }, undefined);
    session.hangUp();
    await turn();
    assert.equal(session.state.kind, "lost");
    await pass(1_000);
    assert.equal(session.state.kind, "back");
    assert.deepEqual(server.asked, ["connection lost"]);
  });

  test("leaves nothing behind when it is taken off the page", async (t) => {
    const { server, start, states, pass, held } = page(t, "few connections");
    const session = start(query);
    await turn();
    server.say(1);
    await turn();
    session.stop("Esc", 0);
    const before = states.length;
    session.dispose();
    assert.equal(held[0]?.aborted, true, "its connection is given back");
    await pass(60_000);
    assert.equal(states.length, before, "nobody hears of it any more");
    assert.equal(server.asked.length, 0, "nor does it ask");
    const running = start(query);
    await turn();
    server.say(1);
    await turn();
    running.dispose();
    await pass(60_000);
    assert.equal(running.state.matches.count, 0, "what came last is dropped");
    assert.equal(server.signals[1]?.aborted, true);
  });
});

describe("a search where connections are few", () => {
  test("is sent when it has one, and its time begins then", async (t) => {
    const { server, start, free, pass } = page(t, "no connection free");
    const session = start(query);
    assert.equal(session.state.kind satisfies SearchState["kind"], "queued");
    await pass(700);
    assert.equal(server.calls.length, 0);
    free();
    await turn();
    assert.equal(session.state.kind, "running");
    assert.equal(session.state.run.startedAt, 700);
    assert.equal(session.state.run.serverInstance, "A");
    assert.equal(server.calls.length, 1);
  });

  test("holds it until its Stop is proven", async (t) => {
    const { server, start, held, pass } = page(t, "few connections");
    const session = start(query);
    await turn();
    session.stop("Esc", 0);
    await pass(0);
    await pass(3_000);
    assert.equal(session.state.kind, "unconfirmed");
    assert.equal(held[0]?.aborted, false);
    server.report = report();
    await pass(3_000);
    assert.equal(session.state.kind, "stopped");
    assert.equal(held[0]?.aborted, true);
    session.resume();
    await turn();
    assert.deepEqual(
      held.map(({ aborted }) => aborted),
      [true, false],
      "the next run has its own",
    );
  });

  test("that is stopped while it waits is never sent", async (t) => {
    const { server, start, held, free } = page(t, "no connection free");
    const session = start(query);
    session.stop("Esc", 0);
    assert.equal(session.state.kind, "withdrawn");
    assert.equal(held[0]?.aborted, true);
    free();
    await turn();
    assert.equal(server.calls.length, 0);
    assert.equal(server.asked.length, 0);
  });
});

describe("a search of an earlier page", () => {
  test("is asked about at once, and not sent again", async (t) => {
    const { server, restore, pass } = page(t);
    server.report = report();
    const lost = { ...after(progress, ended({ kind: "lost" })), asking: { retryAt: undefined } };
    const session = restore(lost as SearchState);
    await pass(0);
    assert.deepEqual([server.asked, server.calls], [["connection lost"], []]);
    assert.equal(session.state.kind, "back");
  });

  test("that has ended waits to be continued", async (t) => {
    const { server, restore, pass } = page(t);
    const session = restore(after(stop, reported()));
    await pass(60_000);
    assert.deepEqual([server.asked, server.calls], [[], []]);
    session.resume();
    await turn();
    assert.equal(server.calls[0]?.startIndex, 4_000n);
    assert.notEqual(session.state.run.id, run("one").id);
  });
});

describe("a call that is carried to its outcome", () => {
  for (const [how, talk, kind] of [
    ["completes", async () => {}, "completed"],
    ["fails", () => Promise.reject(new ConnectError("down", Code.Internal)), "failure"],
  ] as const) {
    test(`is aborted when it ${how}, so that nothing of it stays open`, async () => {
      const controller = new AbortController();
      let during: boolean | undefined;
      const outcome = await carryCall(controller, async (signal) => {
        during = signal.aborted;
        await talk();
      });
      assert.equal(outcome.kind, kind);
      assert.deepEqual([during, controller.signal.aborted], [false, true]);
    });
  }
});

interface Sent {
  readonly method: "find" | "findRange";
  readonly [field: string]: unknown;
}

/** A page with a server that speaks when it is told to, and a clock that begins at 0. */
function page(t: TestContext, connected?: "few connections" | "no connection free") {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => now);
  const states: SearchState[] = [];
  const sessions: SearchSession[] = [];
  t.after(() => {
    for (const session of sessions) session.dispose();
  });
  const server = fakeServer();
  const held: AbortSignal[] = [];
  const { promise: isFree, resolve: free } = Promise.withResolvers<void>();
  if (connected === "few connections") free();
  const connections: Connections = {
    async hold(signal, onWait) {
      held.push(signal);
      if (connected === "no connection free") onWait();
      await isFree;
      return !signal.aborted;
    },
  };
  const deps: SessionDeps = {
    clients: server.clients,
    connections: connected && connections,
    serverInstance: () => "A",
    othersRun: () => false,
    onState: (state) => states.push(state),
  };
  const keep = (session: SearchSession) => {
    sessions.push(session);
    return session;
  };
  return {
    server,
    states,
    held,
    free,
    start: (asked: Query) => keep(startSearch(asked, deps)),
    restore: (state: SearchState) => keep(restoreSearch(state, deps)),
    async pass(ms: number): Promise<void> {
      now += ms;
      t.mock.timers.tick(ms);
      await turn();
    },
  };
}

/** A server whose latest call says and ends what it is told to. */
function fakeServer() {
  const calls: Sent[] = [];
  const signals: AbortSignal[] = [];
  const asked: string[] = [];
  let said: (object | undefined)[] = [];
  let wake = () => {};
  async function* answers(method: Sent["method"], request: object, options: CallOptions) {
    const { signal, timeoutMs } = options;
    calls.push({ method, ...request, timeoutMs });
    signals.push(signal);
    said = [];
    signal.addEventListener("abort", () => wake());
    for (;;) {
      if (signal.aborted) throw new ConnectError("aborted", Code.Canceled);
      if (said.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
        continue;
      }
      const next = said.shift();
      if (next === undefined) return;
      yield next;
    }
  }
  const server = {
    calls,
    signals,
    asked,
    report: undefined as SearchReport | undefined,
    say(index: number, hammingDistance = 1): void {
      const hashedName = "FEVc6RB5ZDihKM41HBrDGrPCkqU=";
      const secret = String(index);
      said.push({ secret, hashedName, hammingDistance, candidateIndex: BigInt(index), matchOffset: 20 });
      wake();
    },
    finish(): void {
      said.push(undefined);
      wake();
    },
  };
  const clients = {
    finder: {
      findRange: (request: object, options: CallOptions) => answers("findRange", request, options),
      find: async (request: object, options: CallOptions) =>
        (await answers("find", request, options).next()).value,
    },
    reports: {
      async getSearchReport({ reason }: { readonly reason: string }) {
        asked.push(reason);
        if (server.report === undefined) throw new ConnectError("down", Code.Unavailable);
        return { report: server.report };
      },
    },
  } as unknown as SessionDeps["clients"];
  return Object.assign(server, { clients });
}

interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
}

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, test } from "node:test";
import type { ClientLimits, Limits } from "../../server/calls/limits.ts";
import { type Refusal, Refused } from "../../server/calls/refusal.ts";
import { Engine } from "../../server/engine/engine.ts";
import type { Query } from "../../server/search/query.ts";
import type { Search } from "../../server/search/search.ts";
import { Searches } from "../../server/search/searches.ts";
import { testEngine } from "../support/engine.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { noLimits } from "../support/limits.ts";
import { until } from "../support/until.ts";

// The plain kernel, so that shares are counted over seconds rather than slices.
const engine = testEngine("reference");
after(() => engine.close());

const endlessQuery: Query = {
  name: "zzzzzzzzzzzz",
  idealDistance: 0,
  listedDistance: 0,
  start: 0n,
  end: 1n << 60n,
  budgeted: false,
};

describe("admission of searches", () => {
  test("lets searches wait in line, tells how many are ahead, and begins them in order", async () => {
    const searches = server({ maximumSearches: 1, maximumWaiting: 2 });
    const [first, second, third] = [start(searches), start(searches), start(searches)];
    assert.deepEqual(
      [first, second, third].map(({ id }) => searches.ahead(id)),
      [undefined, 0, 1],
    );
    assert.equal(searches.running(), 1);
    assert.equal(searches.waiting, 2);
    assert.equal(second.hashes, 0n);
    first.end("cancelled");
    await first.ended;
    await until(() => searches.running() === 1);
    assert.deepEqual(
      [second, third].map(({ id }) => searches.ahead(id)),
      [undefined, 0],
    );
    await until(() => second.hashes > 0n);
    await searches.close("shutdown");
    assert.equal((await third.ended).cause, "shutdown");
    assert.equal(searches.running() + searches.waiting, 0);
  });

  test("a search that leaves the line never computes, and its place is free", async () => {
    const searches = server({ maximumSearches: 1, maximumWaiting: 1 });
    const [running, waiting] = [start(searches), start(searches)];
    waiting.end("cancelled");
    const report = await waiting.ended;
    assert.equal(report.workersUsed, 0);
    assert.equal(report.hashesComputed, 0n);
    await until(() => searches.waiting === 0);
    const next = start(searches);
    assert.equal(searches.ahead(next.id), 0);
    running.end("cancelled");
    await until(() => next.hashes > 0n);
    await searches.close("shutdown");
  });

  test("refuses when the line is full, and says when to try again", async () => {
    const searches = server({ maximumSearches: 1, maximumWaiting: 1, maximumTimeMs: 20_000 });
    start(searches);
    start(searches);
    const refusal = refused(searches);
    assert.ok(refusal.why === "server full");
    // Nothing but the time limit says when the first ends, which makes room in the line.
    assert.ok(refusal.retryAfterMs > 15_000 && refusal.retryAfterMs <= 20_000, String(refusal.retryAfterMs));
    await searches.close("shutdown");
  });

  test("counts a client's waiting searches too, and nobody else's", async () => {
    const searches = server({ maximumSearches: 1, maximumWaiting: 10, maximumSearchesPerClient: 2 });
    start(searches, "a");
    start(searches, "a");
    assert.equal(refused(searches, "a").why, "client full");
    start(searches, "b");
    assert.equal(searches.waiting, 2);
    await searches.close("shutdown");
  });

  test("the time limit, the elapsed time and the rate start with the work, not with the waiting", async () => {
    const searches = server({ maximumSearches: 1, maximumWaiting: 1, maximumTimeMs: 1000 });
    const [first, second] = [start(searches), start(searches)];
    await until(() => first.elapsedMs > 300);
    assert.equal(second.elapsedMs, 0);
    assert.equal((await first.ended).cause, "deadline");
    await until(() => second.rate.perSecond > 0);
    const { perSecond } = second.rate;
    // A quarter of a second's work at least, over that time: with the wait it would be a fourth.
    const expected = Number(second.hashes) / (second.elapsedMs / 1000);
    assert.ok(perSecond > 0.6 * expected, `${perSecond} hashes a second, though ${expected} were computed`);
    assert.ok(searches.hashesPerSecond > 0);
    const report = await second.ended;
    assert.equal(report.cause, "deadline");
    assert.ok(report.hashesComputed > 0n);
    const { endingSeenAfterMs } = report;
    assert.ok(endingSeenAfterMs >= 990 && endingSeenAfterMs < 1900, `ended after ${endingSeenAfterMs} ms`);
    await searches.close("shutdown");
  });

  test("the server's rate is that of its one search from the first moment, and 0 as soon as nothing runs", async () => {
    const searches = server({});
    const before = start(searches);
    await until(() => searches.hashesPerSecond > 0);
    before.end("cancelled");
    await before.ended;
    assert.equal(searches.hashesPerSecond, 0);
    const idleSince = performance.now();
    await until(() => performance.now() - idleSince > 600);
    const search = start(searches);
    // The first figures are those that an idle time before would make smallest.
    for (let samples = 0, last = 0; samples < 3; ) {
      await until(() => search.rate.perSecond !== last && search.rate.perSecond > 0);
      last = search.rate.perSecond;
      samples++;
      const ratio: number = searches.hashesPerSecond / last;
      assert.ok(ratio > 0.9 && ratio < 1.1, `the server's rate is ${ratio} times that of the search`);
    }
    await searches.close("shutdown");
    assert.equal(searches.hashesPerSecond, 0);
  });

  test("the remaining time of a call that has waited counts from its start", async () => {
    const searches = server({ maximumSearches: 1, maximumWaiting: 1, maximumTimeMs: 20_000 });
    const [first, second] = [start(searches), start(searches)];
    await until(() => first.elapsedMs > 300);
    first.end("cancelled");
    await until(() => searches.waiting === 0);
    const remainingMs = second.remainingMs(20_000) ?? 0;
    assert.ok(remainingMs > 19_750, `${remainingMs} ms`);
    await searches.close("shutdown");
  });

  test("of those that wait, one of the client with the fewest running goes first", async () => {
    const searches = server({ maximumSearches: 3, maximumWaiting: 10 });
    const [greedy] = [start(searches, "a"), start(searches, "a"), start(searches, "a")];
    const waiting = [
      start(searches, "a"),
      start(searches, "b"),
      start(searches, "a"),
      start(searches, "b"),
      start(searches, "c"),
    ];
    const ahead = () => waiting.map(({ id }) => searches.ahead(id));
    assert.deepEqual(ahead(), [3, 0, 4, 2, 1]);
    greedy?.end("cancelled");
    await until(() => searches.waiting === 4);
    assert.deepEqual(ahead(), [2, undefined, 3, 1, 0]);
    await searches.close("shutdown");
  });
});

test("a server that has closed starts no search", async () => {
  const searches = server({});
  await searches.close("shutdown");
  assert.equal(refused(searches).why, "shutdown");
});

test("a client's own limits stand in place of the server's", async () => {
  const searches = server({ maximumSearchesPerClient: 1, maximumTimeMs: 60_000 });
  const ask = (owner: string, clientLimits: ClientLimits) =>
    searches.start({
      ...{ id: randomUUID(), client: owner, owner, clientLimits },
      ...{ query: endlessQuery, call: "find" as const },
    });
  ask("more", { maximumSearches: 2 });
  ask("more", { maximumSearches: 2 });
  assert.throws(() => ask("more", { maximumSearches: 2 }), Refused);
  ask("usual", {});
  assert.throws(() => ask("usual", {}), Refused);
  const short = ask("short", { maximumTimeMs: 10 });
  assert.equal((await short.ended).cause, "deadline");
  await searches.close("shutdown");
});

describe("a search's id", () => {
  const ask = { id: randomUUID(), client: "a", owner: "a", query: endlessQuery };

  test("is another search when it is asked for by another call, owner or query", async () => {
    const searches = server({});
    const search = searches.start({ ...ask, call: "findRange" });
    assert.equal(searches.same({ ...ask, call: "findRange" }), search);
    assert.equal(searches.same({ ...ask, call: "find" }), undefined);
    assert.equal(searches.same({ ...ask, call: "findRange", owner: "b" }), undefined);
    const others: readonly Partial<Query>[] = [
      { name: "yyyyyyyyyyyy" },
      { idealDistance: 1 },
      { listedDistance: 1 },
      { start: 1n },
      { end: endlessQuery.end - 1n },
    ];
    for (const other of others) {
      const query = { ...endlessQuery, ...other };
      assert.equal(
        searches.same({ ...ask, call: "findRange", query }),
        undefined,
        String(Object.keys(other)),
      );
    }
    assert.throws(() => searches.start({ ...ask, call: "findRange" }), Refused);
    await searches.close("shutdown");
  });
});

describe("calls that wait for a report", () => {
  const signal = new AbortController().signal;

  test("keep a search from starting that arrives after them", async () => {
    const searches = server({});
    const ask = { id: randomUUID(), client: "a", owner: "a", query: endlessQuery, call: "find" } as const;
    assert.equal(await searches.report({ ...ask, reason: "" }, signal), undefined);
    assert.throws(() => searches.start(ask), Refused);
    assert.equal(searches.running(), 0);
    await searches.close("shutdown");
  });

  test("keep nobody else's search from starting", async () => {
    const searches = server({});
    const ask = { id: randomUUID(), client: "a", owner: "a", query: endlessQuery, call: "find" } as const;
    assert.equal(await searches.report({ ...ask, owner: "b", reason: "" }, signal), undefined);
    const search = searches.start(ask);
    // Nor do they end it, or hear of it, while it runs.
    assert.equal(await searches.report({ ...ask, owner: "b", reason: "mine" }, signal), undefined);
    search.end("cancelled");
    assert.equal((await searches.report({ ...ask, reason: "" }, signal))?.reason, "");
    await searches.close("shutdown");
  });

  test("are bounded by client, and no longer counted once they have left or been answered", async () => {
    const searches = server({ maximumReportsPerClient: 1 });
    const { id } = start(searches);
    const leaving = new AbortController();
    const left = searches.report({ id, client: "a", owner: "client", reason: "" }, leaving.signal);
    const refused = searches.report({ id, client: "a", owner: "client", reason: "" }, signal);
    await assert.rejects(refused, (error: Refused) => error.refusal.why === "client full");
    leaving.abort(new Error("left"));
    await assert.rejects(left, /left/);
    const waits = searches.report({ id, client: "a", owner: "client", reason: "" }, signal);
    const waitsToo = searches.report({ id, client: "b", owner: "client", reason: "" }, signal);
    await searches.close("cancelled");
    assert.equal((await waits)?.report.cause, "cancelled");
    assert.equal((await waitsToo)?.report.cause, "cancelled");
    // An answer that is there waits for nothing.
    const now = await Promise.all(
      [1, 2, 3].map(() => searches.report({ id, client: "a", owner: "client", reason: "" }, signal)),
    );
    assert.equal(now.length, 3);
  });

  test("hear the last reason that any of them gave", async () => {
    const searches = server({});
    const { id } = start(searches);
    const waits = searches.report({ id, client: "a", owner: "client", reason: "first" }, signal);
    const waitsToo = searches.report({ id, client: "a", owner: "client", reason: "second" }, signal);
    await searches.close("cancelled");
    assert.equal((await waits)?.reason, "second");
    assert.equal((await waitsToo)?.reason, "second");
    assert.equal(
      (await searches.report({ id, client: "a", owner: "client", reason: "" }, signal))?.reason,
      "second",
    );
    assert.equal(
      (await searches.report({ id, client: "a", owner: "client", reason: "third" }, signal))?.reason,
      "third",
    );
    assert.equal(
      (await searches.report({ id, client: "a", owner: "client", reason: "" }, signal))?.reason,
      "third",
    );
  });
});

describe("fair shares", () => {
  test("a client with one search gets as much as one with ten", async () => {
    // All as fast as they are said to be, whatever the machine gives.
    const workers = new FakeWorkers(2);
    const engine = new Engine(workers);
    const searches = new Searches(engine, noLimits, () => {});
    for (let i = 0; i < 10; i++) start(searches, "many");
    const single = start(searches, "one");
    for (let slices = 0; slices < 300; slices++) {
      await until(() => workers.busy === workers.size);
      const [slice] = workers.slices;
      slice?.finish(slice.job.count, slice.job.count / workers.usualRate);
    }
    const share = Number(single.hashes) / engine.hashes;
    assert.ok(share > 0.49 && share < 0.51, `the share is ${share}`);
    const closed = searches.close("shutdown");
    for (const slice of [...workers.slices]) slice.finish(0);
    await closed;
    await engine.close();
  });
});

function server(limits: Partial<Limits>): Searches {
  return new Searches(engine, { ...noLimits, ...limits }, () => {});
}

function start(searches: Searches, client = "client"): Search {
  return searches.start({ id: randomUUID(), client, owner: "client", query: endlessQuery, call: "find" });
}

function refused(searches: Searches, client?: string): Refusal {
  try {
    start(searches, client);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  throw new Error("the search must be refused");
}

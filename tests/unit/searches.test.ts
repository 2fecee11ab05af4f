import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, test } from "node:test";
import { Departures } from "../../server/calls/departures.ts";
import type { SearchLimits } from "../../server/calls/limits.ts";
import { type Refusal, Refused } from "../../server/calls/refusal.ts";
import type { Search } from "../../server/search/search.ts";
import { Searches } from "../../server/search/searches.ts";
import { testEngine } from "../support/engine.ts";
import { noLimits } from "../support/limits.ts";
import { until } from "../support/until.ts";

// The plain kernel, so that shares are counted over seconds rather than slices.
const engine = testEngine("reference");
after(() => engine.close());

describe("admission", () => {
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
    // One waits ahead, and nothing but the time limit says when the first ends.
    assert.ok(refusal.retryAfterMs > 30_000 && refusal.retryAfterMs <= 40_000, String(refusal.retryAfterMs));
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

  test("the time limit starts with the work, not with the waiting", async () => {
    const searches = server({ maximumSearches: 1, maximumWaiting: 1, maximumTimeMs: 300 });
    const [first, second] = [start(searches), start(searches)];
    assert.equal((await first.ended).cause, "deadline");
    assert.equal((await second.ended).cause, "deadline");
    assert.ok((await second.ended).hashesComputed > 0n);
    assert.ok((await second.ended).endingSeenAfterMs >= 590);
    await searches.close("shutdown");
  });
});

describe("the estimate of when a place is free", () => {
  test("is how often places became free lately, for everyone ahead", () => {
    const departures = new Departures();
    for (const atMs of [0, 2000, 4000, 6000]) departures.note(atMs);
    assert.equal(departures.nextAfterMs([50_000], 0), 2000);
    assert.equal(departures.nextAfterMs([50_000], 3), 8000);
  });

  test("is no later than the first search must end, and at least a second", () => {
    const departures = new Departures();
    assert.equal(departures.nextAfterMs([9000, 7000], 0), 7000);
    assert.equal(departures.nextAfterMs([10], 0), 1000);
    assert.equal(departures.nextAfterMs([], 0), 30_000);
  });
});

describe("fair shares", () => {
  test("a client with one search gets as much as one with ten", async () => {
    const searches = server({});
    const before = engine.hashes;
    for (let i = 0; i < 10; i++) start(searches, "many");
    const single = start(searches, "one");
    // Shares, not speeds: both sides share whatever the machine gives.
    await until(() => single.hashes > 1_500_000n);
    const share = Number(single.hashes) / (engine.hashes - before);
    assert.ok(share > 0.42 && share < 0.58, `the share is ${share}`);
    await searches.close("shutdown");
  });
});

function server(limits: Partial<SearchLimits>): Searches {
  return new Searches(engine, { ...noLimits, ...limits }, () => {});
}

function start(searches: Searches, client = "client"): Search {
  const query = {
    name: "zzzzzzzzzzzz",
    idealDistance: 0,
    listedDistance: 0,
    start: 0n,
    end: 1n << 60n,
    budgeted: false,
  };
  return searches.start({ id: randomUUID(), client, query });
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

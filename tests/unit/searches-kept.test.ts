import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Limits } from "../../server/calls/limits.ts";
import { Refused } from "../../server/calls/refusal.ts";
import { Engine } from "../../server/engine/engine.ts";
import { SearchEnded } from "../../server/search/report.ts";
import { type Ask, keptAtMost, Searches } from "../../server/search/searches.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { noLimits } from "../support/limits.ts";
import { until } from "../support/until.ts";

const keptForMs = 15 * 60_000;
const { signal } = new AbortController();

describe("the report of a search that has ended", () => {
  test("is kept for 15 minutes, and forgotten with the next end", async (t) => {
    const clock = clockOf(t);
    const { ended, searches, reportOf } = server(t);
    const first = await ended();
    clock.nowMs += keptForMs - 1;
    await ended();
    assert.equal((await reportOf(first))?.report.cause, "cancelled");
    clock.nowMs += 1;
    await ended();
    assert.equal(searches.get(first), undefined);
  });

  test("is forgotten before its time when it is the oldest of too many", async (t) => {
    const { ended, searches } = server(t);
    const [first, second] = [await ended(), await ended()];
    for (let i = 2; i < keptAtMost; i++) await ended();
    assert.equal(keptAtMost, 5_000);
    assert.ok(searches.get(first), "so many are kept");
    await ended();
    assert.equal(searches.get(first), undefined);
    assert.ok(searches.get(second));
  });

  test("comes with the last reason of any caller, and with none while none was given", async (t) => {
    const { ended, reportOf } = server(t);
    const id = await ended();
    assert.equal((await reportOf(id))?.reason, "");
    assert.equal((await reportOf(id, "Esc"))?.reason, "Esc");
    assert.equal((await reportOf(id))?.reason, "Esc");
  });

  test("answers those who come before the end with the reason that came meanwhile", async (t) => {
    const { searches, reportOf, asked } = server(t);
    const search = searches.start(asked());
    const waits = reportOf(search.id, "first");
    const waitsToo = reportOf(search.id);
    search.end("cancelled");
    assert.deepEqual(
      (await Promise.all([waits, waitsToo])).map((known) => known?.reason),
      ["first", "first"],
    );
  });
});

describe("an id", () => {
  test("is taken while its search runs, after it, and when its report was asked for before", async (t) => {
    const { searches, asked, ended, reportOf } = server(t);
    const live = searches.start(asked());
    const [over, stopped] = [await ended(), randomUUID()];
    assert.equal(await reportOf(stopped), undefined);
    for (const id of [live.id, over, stopped]) {
      assert.throws(
        () => searches.start(asked({ id })),
        (error: Refused) => error instanceof Refused && error.refusal.why === "id taken",
      );
    }
    assert.equal(searches.get(stopped), undefined);
    live.end("cancelled");
  });

  test("whose report was asked for before its search is free again after 15 minutes", async (t) => {
    const clock = clockOf(t);
    const { searches, asked, reportOf } = server(t);
    const id = randomUUID();
    await reportOf(id);
    clock.nowMs += keptForMs - 1;
    await reportOf(randomUUID());
    assert.throws(() => searches.start(asked({ id })), Refused);
    clock.nowMs += 1;
    await reportOf(randomUUID());
    searches.start(asked({ id })).end("cancelled");
  });

  test("is that of a live search until it has ended, and of a known one from then on", async (t) => {
    const { searches, asked } = server(t);
    const search = searches.start(asked());
    assert.equal(searches.live(search.id), search);
    assert.equal(searches.get(search.id), search);
    search.end("cancelled");
    await search.ended;
    await until(() => searches.live(search.id) === undefined);
    const known = searches.get(search.id);
    assert.notEqual(known, search, "what is kept is less than the search");
    assert.equal(await known?.ended, search.report);
    assert.equal(known?.join()("cancelled"), false);
    for (const id of [randomUUID(), ""]) assert.equal(searches.live(id) ?? searches.get(id), undefined);
  });
});

test("a search that nobody knows is the same as none", (t) => {
  const { searches, asked } = server(t);
  assert.equal(searches.same(asked()), undefined);
});

test("a search one too many is refused as a search", (t) => {
  const { searches, asked } = server(t, { limits: { maximumSearchesPerClient: 1 } });
  searches.start(asked());
  assert.throws(
    () => searches.start(asked()),
    (error: Refused) => {
      const { refusal } = error;
      return refusal.why === "client full" && refusal.of === "searches" && refusal.limit === 1;
    },
  );
});

test("one call too many that waits for a report is refused as such", async (t) => {
  const { searches, asked, reportOf } = server(t, { limits: { maximumReportsPerClient: 1 } });
  const { id } = searches.start(asked());
  const waits = reportOf(id);
  await assert.rejects(reportOf(id), ({ refusal }: Refused) => {
    return refusal.why === "client full" && refusal.of === "reports";
  });
  await searches.close("shutdown");
  assert.equal((await waits)?.report.cause, "shutdown");
});

test("calls that wait for reports never wait in line as well", async (t) => {
  const { searches, asked, reportOf } = server(t, { limits: { maximumReports: 1 } });
  const { id } = searches.start(asked());
  const waits = reportOf(id);
  await assert.rejects(reportOf(id), ({ refusal }: Refused) => refusal.why === "server full");
  await searches.close("shutdown");
  assert.equal((await waits)?.report.cause, "shutdown");
});

test("the speed of a server and of what runs, not of what waits, is measured four times a second", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const clock = clockOf(t);
  const limits = { maximumSearches: 1, maximumWaiting: 1 };
  const { searches, asked, workers } = server(t, { threads: 1, limits });
  const [runs, waits] = [searches.start(asked()), searches.start(asked())];
  await until(() => workers.busy === 1);
  const [slice] = workers.slices;
  assert.ok(slice);
  for (const tried of [0, 100]) {
    slice.tried = tried;
    clock.nowMs += 250;
    t.mock.timers.tick(250);
  }
  assert.equal(searches.hashesPerSecond, 200, "reckoned as the search's own");
  assert.equal(runs.rate.perSecond, 200, "since its work began");
  assert.equal(waits.rate.perSecond, 0);
  for (const search of [waits, runs]) search.end("cancelled");
  slice.finish(100);
});

test("the readers of a server are not short of memory for a few matches", async (t) => {
  const { searches, asked, workers } = server(t, { threads: 1, rate: 100_000 });
  const search = searches.start({
    ...asked(),
    query: { ...asked().query, name: "zz", idealDistance: -1, listedDistance: 2 },
  });
  await until(() => workers.busy === 1);
  // A batch of matches would be 500 candidates.
  assert.equal(workers.slices[0]?.job.count, 200_000);
  workers.slices[0]?.compute(20);
  for (let i = 0; i < 5; i++) await turn();
  assert.equal(workers.slices[0]?.job.start, 20n, "nobody has read, and it goes on");
  search.end("cancelled");
  workers.slices[0]?.finish(0);
});

describe("the answer of a search that was found", () => {
  for (const [call, isKept] of [
    ["find", true],
    ["findRange", false],
  ] as const) {
    test(`is ${isKept ? "" : "not "}kept for calls of ${call}, which are ${isKept ? "" : "not "}sent again`, async (t) => {
      const { searches, asked, workers } = server(t, { threads: 1 });
      const search = searches.start(asked({ call, name: "cat" }));
      const answer = search.answer();
      await until(() => workers.busy === 1);
      workers.slices[0]?.compute(2000);
      const found = await answer;
      await until(() => searches.live(search.id) === undefined);
      const known = searches.get(search.id) ?? assert.fail("it is forgotten");
      assert.equal(known.report?.cause, "found");
      if (isKept) assert.equal(await known.answer(), found);
      else await assert.rejects(known.answer(), SearchEnded);
    });
  }

  test("is an error that says how it ended, where it was not", async (t) => {
    const { searches, ended } = server(t);
    const known = searches.get(await ended()) ?? assert.fail("it is forgotten");
    await assert.rejects(known.answer(), (error: SearchEnded) => {
      assert.equal(String(error), "SearchEnded: the search has ended: cancelled");
      assert.equal(error.report, known.report);
      return true;
    });
  });
});

describe("the server's time limit", () => {
  test("ends a search, and its timer ends with the search", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const cleared = t.mock.method(globalThis, "clearTimeout");
    const { searches, asked } = server(t, { limits: { maximumTimeMs: 700 } });
    const [late, early] = [searches.start(asked()), searches.start(asked())];
    early.end("cancelled");
    await early.ended;
    await turn();
    assert.equal(cleared.mock.callCount(), 1);
    t.mock.timers.tick(699);
    assert.equal(late.report, undefined);
    t.mock.timers.tick(1);
    assert.equal((await late.ended).cause, "deadline");
  });

  test("of 0 is none, and the shortest is one", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const [unlimited, limited] = [0, 1].map((maximumTimeMs) => server(t, { limits: { maximumTimeMs } }));
    assert.ok(unlimited && limited);
    const [endless, short] = [unlimited, limited].map(({ searches, asked }) => searches.start(asked()));
    t.mock.timers.tick(10 ** 9);
    assert.equal((await short?.ended)?.cause, "deadline");
    assert.equal(endless?.report, undefined);
  });
});

interface Setting {
  readonly threads?: number;
  /** Candidates a millisecond; a first slice is 2 ms. */
  readonly rate?: number;
  readonly limits?: Partial<Limits>;
}

/** Without a thread, unless a test asks for one: a search then ends at once. */
function server(t: TestContext, { threads = 0, rate = 500, limits = {} }: Setting = {}) {
  const workers = new FakeWorkers(threads, rate);
  const searches = new Searches(new Engine(workers), { ...noLimits, ...limits }, () => {});
  t.after(() => searches.close("shutdown"));
  const asked = ({
    id = randomUUID(),
    call = "find",
    name = "zzzzzzzz",
  }: Partial<Pick<Ask, "id" | "call">> & { name?: string } = {}): Ask => ({
    id,
    client: "a",
    owner: "a",
    call,
    query: { name, idealDistance: 0, listedDistance: 0, start: 0n, end: 2n ** 60n, budgeted: true },
  });
  const ended = async (): Promise<string> => {
    const search = searches.start(asked());
    search.end("cancelled");
    await search.ended;
    await turn();
    return search.id;
  };
  const reportOf = (id: string, reason = "") =>
    searches.report({ id, client: "a", owner: "a", reason }, signal);
  return { workers, searches, asked, ended, reportOf };
}

/** The process's clock, moved by hand. */
function clockOf(t: TestContext): { nowMs: number } {
  const clock = { nowMs: 1_000_000 };
  t.mock.method(performance, "now", () => clock.nowMs);
  return clock;
}

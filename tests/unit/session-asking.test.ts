import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import type { SearchReport } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Clients } from "../../web/src/api/clients.ts";
import { askUntilAnswered } from "../../web/src/session/ask-until-answered.ts";
import type { SearchEvent } from "../../web/src/session/search-event.ts";
import { isAsking, type SearchState } from "../../web/src/session/search-state.ts";
import { transition } from "../../web/src/session/transition.ts";
import { after, ended, report, run, stop } from "./session-fixtures.ts";

describe("asking for a search's report", () => {
  for (const [about, from, waits] of [
    ["a stop is repeated every three seconds", after(stop), [3_000, 3_000, 3_000]],
    [
      "a time limit is repeated every three seconds",
      after(ended({ kind: "deadline", report: undefined })),
      [3_000, 3_000],
    ],
    [
      "a broken connection begins after a second and is repeated after 2, 4, then always 8",
      after(ended({ kind: "lost" })),
      [2_000, 4_000, 8_000, 8_000],
    ],
  ] as const) {
    test(`about ${about}`, async (t) => {
      const { state, asked, pass } = asking(t, from);
      await pass(0);
      if (from.kind === "lost") {
        await pass(999);
        assert.equal(asked.length, 0, "the server has a moment after the connection broke");
        await pass(1);
      }
      for (const [i, ms] of waits.entries()) {
        assert.equal(asked.length, i + 1);
        await pass(ms - 1);
        assert.equal(asked.length, i + 1, "not before its time");
        await pass(1);
      }
      assert.equal(asked.length, waits.length + 1);
      assert.ok(isAsking(state()));
    });
  }

  test("says why, in the words of the log", async (t) => {
    const button = { ...stop, stop: { ...stop.stop, reason: "Esc twice" } } as const;
    const reasons = [
      after(button),
      after(ended({ kind: "lost" })),
      after(ended({ kind: "deadline", report: undefined })),
    ];
    for (const [i, state] of reasons.entries()) {
      const { asked, pass } = asking(t, state);
      await pass(1_000);
      assert.deepEqual(asked[0], ["one", ["Esc twice", "connection lost", "time limit"][i]]);
      t.mock.restoreAll();
      t.mock.timers.reset();
    }
  });

  test("shows that it asks while it does, and ends with the answer", async (t) => {
    const { state, asked, answer, pass } = asking(t, after(stop));
    await pass(0);
    answer("waits");
    await pass(3_000);
    const meanwhile = state();
    assert.ok(isAsking(meanwhile) && meanwhile.asking.retryAt === undefined);
    answer(report());
    await pass(0);
    assert.equal(state().kind, "stopped");
    await pass(60_000);
    assert.equal(asked.length, 2);
  });

  test("is not begun twice for the same run", async (t) => {
    const { state, asker, asked, pass } = asking(t, after(stop));
    const now = state();
    assert.ok(isAsking(now));
    asker.begin(now);
    await pass(0);
    assert.equal(asked.length, 1);
  });

  test("goes on at once when it is wanted", async (t) => {
    const { asker, asked, pass } = asking(t, after(stop));
    await pass(0);
    asker.tryNow();
    await pass(0);
    assert.equal(asked.length, 2);
    await pass(2_999);
    assert.equal(asked.length, 2, "the next one waits as long as ever");
  });

  test("ends with the search's session", async (t) => {
    const { asker, asked, events, answer, pass } = asking(t, after(stop));
    await pass(0);
    answer("waits");
    await pass(3_000);
    const before = events.length;
    asker.end();
    answer(report());
    await pass(60_000);
    assert.equal(asked.length, 2);
    assert.equal(events.length, before, "an answer that comes later is nobody's");
  });

  test("of a run that was continued is over, whatever it is answered", async (t) => {
    const { state, asked, events, answer, change, pass } = asking(t, after(stop));
    await pass(0);
    answer("waits");
    await pass(3_000);
    change({ ...state(), run: run("two") });
    const before = events.length;
    answer(report());
    await pass(60_000);
    assert.equal(events.length, before);
    assert.equal(asked.length, 2);
  });
});

/** Asks about a search; the server does not answer unless it is told to. */
function asking(t: TestContext, first: SearchState) {
  // The states' times are those of the fixtures: the search ended at 3,000.
  let now = 3_000;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => now);
  let state = first;
  let answer: SearchReport | undefined | "waits";
  let wake = () => {};
  const asked: (readonly [string, string])[] = [];
  const events: SearchEvent[] = [];
  const reports = {
    async getSearchReport({ searchId, reason }: { readonly searchId: string; readonly reason: string }) {
      asked.push([searchId, reason]);
      while (answer === "waits") await new Promise<void>((resolve) => (wake = resolve));
      if (answer === undefined) throw new ConnectError("down", Code.Unavailable);
      return { report: answer };
    },
  } as unknown as Clients["reports"];
  const asker = askUntilAnswered(reports, {
    current: () => state,
    serverInstance: () => "A",
    othersRun: () => false,
    dispatch(event) {
      events.push(event);
      state = transition(state, event);
    },
  });
  t.after(() => asker.end());
  assert.ok(isAsking(first));
  asker.begin(first);
  return {
    state: () => state,
    change(next: SearchState): void {
      state = next;
    },
    asker,
    asked,
    events,
    answer(next: typeof answer): void {
      answer = next;
      wake();
    },
    async pass(ms: number): Promise<void> {
      now += ms;
      t.mock.timers.tick(ms);
      await turn();
    },
  };
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { en } from "../../web/src/words/en.ts";
import {
  after,
  answer,
  ended,
  from,
  match,
  openReport,
  plain,
  progress,
  report,
  reported,
  said,
  stop,
  unanswered,
  unknown,
} from "./session-fixtures.ts";

const around = { now: 1_000, serverTimeLimitMs: 10_000 };
const running = (hashes: bigint, hashesPerSecond: number, ahead?: number) =>
  after({ ...progress, progress: { nextIndex: 0n, matchesSent: 0n, hashes, hashesPerSecond }, ahead });
const idealAt = (index: bigint) => ({ type: "matches", runId: "one", batch: [match(index, 0)] }) as const;

const table: readonly (readonly [SearchState, string])[] = [
  [after(), "Searching…"],
  [running(3_412_000n, 1_010_000), "Searching… 3,412,000 hashes, 1.0 million a second."],
  [running(1n, 345_678), "Searching… 1 hash, 346,000 a second."],
  [running(5_000n, 0), "Searching… 5,000 hashes."],
  [running(0n, 0, 2), "Waiting for a free place. 2 searches are ahead of you."],
  [running(0n, 0, 0), "Waiting for a free place. Yours is the next."],
  [after(stop), "Stopping… waiting for the server to confirm."],
  [
    after(stop, reported({ workersUsed: 4, workersIdle: 4 })),
    "Stopped by you. The server confirmed that all 4 workers are idle.",
  ],
  [
    after(stop, reported({ workersUsed: 1, workersIdle: 1 })),
    "Stopped by you. The server confirmed that its worker is idle.",
  ],
  [
    after(stop, reported({}, { othersRun: true })),
    "Stopped by you. The server confirmed that all 2 workers are done with it.",
  ],
  [
    after(stop, reported({ workersUsed: 0, workersIdle: 0 })),
    "Stopped by you. The server confirmed that no worker had begun.",
  ],
  [
    from(after(stop), { ...unanswered, retryAt: 3_950 }),
    "Stop sent, not confirmed. The server has not answered. Checking again in 3 s. Without contact it stops by itself within 10 s.",
  ],
  [
    after(stop, reported(openReport({ workersIdle: 3 }))),
    "Stopped by you. The server confirmed that all workers are idle, those of 3 other machines included.",
  ],
  [
    after(stop, { ...reported(openReport()), at: 900 }),
    "Stop sent, not confirmed by machine two. It ends by itself within 5 s. All other workers are idle.",
  ],
  [
    after(ended({ kind: "lost" }), { ...reported(openReport()), at: 900 }),
    "Connected again. The server had stopped this search; that is not confirmed by machine two. It ends by itself within 5 s. All other workers are idle.",
  ],
  [
    after(stop, reported(openReport()), { ...reported(openReport()), at: 7_012 }),
    "Stop sent, never confirmed by machine two. The time for that has passed, so it has ended by itself. All other workers are idle.",
  ],
  // A worker of the server itself may compute as well: nothing is said of the others.
  [
    after(stop, { ...reported(openReport({ usedWorkers: [{ thread: 1, idle: false }] })), at: 900 }),
    "Stop sent, not confirmed by machine two. It ends by itself within 5 s.",
  ],
  [
    after(stop, reported(openReport({ usedWorkers: [{ thread: 1, idle: false }] })), {
      ...reported(openReport({ usedWorkers: [{ thread: 1, idle: false }] })),
      at: 7_012,
    }),
    "Stop sent, never confirmed by machine two. The time for that has passed, so it has ended by itself.",
  ],
  [
    after(stop, { ...reported(openReport({ usedWorkers: [{ thread: 0, idle: false }] })), at: 900 }),
    "Stop sent, not confirmed by machine two. It ends by itself within 5 s. All other workers are idle.",
  ],
  [after(stop, unknown), "Stopped by you. The server had not begun, and now never will."],
  [
    from(after(idealAt(412_879n)), { ...ended({ kind: "completed" }), at: 1_400 } as ReturnType<
      typeof ended
    >),
    "Found after 412,880 hashes in 0.4 s.",
  ],
  [
    after(stop, reported({ ending: Ending.FOUND })),
    "The server had just found a match; it did not arrive here. The workers are idle.",
  ],
  [
    after(ended({ kind: "budget", report: report({ hashesComputed: 10_000_000n }) })),
    "Budget spent: 10,000,000 hashes.",
  ],
  [
    after(ended({ kind: "deadline", report: undefined })),
    "Time limit of 10 s reached. Waiting for the server to confirm that it stopped.",
  ],
  [
    after(ended({ kind: "deadline", report: report() })),
    "Time limit of 10 s reached. The server confirmed it stopped.",
  ],
  [after(ended({ kind: "completed" })), "Every candidate has been tried."],
  [
    after(ended({ kind: "shutdown", retryAfterMs: 4_500, report: report() })),
    "The server was shut down, which stopped this search.",
  ],
  [
    after(progress, ended({ kind: "shutdown", retryAfterMs: 4_500, report: undefined })),
    "The server was shut down, which stopped this search.",
  ],
  [
    after(ended({ kind: "shutdown", retryAfterMs: 4_500, report: undefined })),
    "Not started: the server was shutting down. Try again in a moment.",
  ],
  [
    { ...after(ended({ kind: "lost" })), asking: { retryAt: 5_000 } } as SearchState,
    "Connection lost. We cannot tell yet whether the server is still searching. Trying again in 4 s.",
  ],
  [
    after(ended({ kind: "lost" }), reported()),
    "Connected again. The server had stopped this search when the connection dropped.",
  ],
  [
    after(ended({ kind: "lost" }), answer(unknown.answer, { serverInstance: "B" })),
    "The server restarted, so this search is no longer running.",
  ],
  [after(ended({ kind: "lost" }), unknown), "The server does not know this search, so it is not running."],
  [
    after(ended({ kind: "busy", retryAfterMs: 20_000, ofClient: false })),
    "Not started: the server is full. Try again in about 20 s.",
  ],
  [
    after(ended({ kind: "busy", retryAfterMs: 120_000, ofClient: true })),
    "Not started: you have as many searches running as the server allows. Stop one, or try again in about 2 min.",
  ],
  [
    after(ended({ kind: "busy", retryAfterMs: 28_400, ofClient: true, quota: "often" })),
    "Not started: you have begun as many searches in a minute as the server allows. Try again in about 29 s.",
  ],
  [
    after(ended({ kind: "busy", retryAfterMs: 1_000, ofClient: true, quota: "credit" })),
    "Not started: too little of your hash credit is left. Try again in about 1 s.",
  ],
  [
    after(ended({ kind: "busy", retryAfterMs: 1_000, ofClient: false, quota: "unknown" })),
    "Not started: the server cannot look up what you may still have. Try again in about 1 s.",
  ],
  [
    after(ended({ kind: "input", violations: [{ field: "desired_name", sentence: "Type a name." }] })),
    "Not started: Type a name.",
  ],
  [
    after(ended({ kind: "failure", report: undefined })),
    "The server had a problem of its own and ended this search. Try it again.",
  ],
];

const contact = (retryAt: number | undefined) =>
  ({ type: "contact", runId: "one", unreached: { retryAt } }) as const;
const asks = { type: "asking", runId: "one" } as const;
const lost = "Connection lost. We cannot tell yet whether the server is still searching.";

const unknownTimes: typeof table = [
  [after({ type: "queued", runId: "one" }, stop), "Cancelled by you while it waited. It was never sent."],
  [after(contact(3_000)), `${lost} Trying again in 2 s.`],
  [after(contact(1_001)), `${lost} Trying again in 1 s.`],
  [after(contact(undefined)), `${lost} Trying again now.`],
  [from(after(ended({ kind: "lost" })), asks), `${lost} Trying again now.`],
  [running(0n, 0, 1), "Waiting for a free place. 1 search is ahead of you."],
  [running(0n, 0), "Searching… 0 hashes."],
  [
    after(stop, unanswered, asks),
    "Stop sent, not confirmed. The server has not answered. Checking again now. Without contact it stops by itself within 10 s.",
  ],
  [
    after(
      stop,
      reported(openReport({ workersIdle: 3, hops: openReport().hops.slice(0, 1) }), { othersRun: true }),
    ),
    "Stopped by you. The server confirmed that all workers are done with it, those of 1 other machine included.",
  ],
  [
    after(ended({ kind: "busy", retryAfterMs: undefined, ofClient: false })),
    "Not started: the server is full. Try again later.",
  ],
];

test("what is not known is left out of the words", () => {
  for (const [state, words] of unknownTimes) assert.equal(plain(said(state, en, around)), words);
});

test("a spent budget tells the chance of a match by then, where it is known", () => {
  const budget = after(ended({ kind: "budget", report: report({ hashesComputed: 7n }) }));
  const words = plain(said(budget, en, { ...around, chanceByNow: (of) => (of === budget ? 0.25 : 1) }));
  assert.equal(words, "Budget spent: 7 hashes. The chance of a match by then was 25 %.");
});

test("the time limit that is told is the nearer one, or the time that the search took", () => {
  const limited = (own: number | undefined, serverTimeLimitMs: number | undefined) => {
    const state = after(ended({ kind: "deadline", report: report() }));
    const asked = { ...state, query: { ...state.query, timeLimitMs: own } };
    return plain(said(asked, en, { now: 99_000, serverTimeLimitMs })).split(" reached")[0];
  };
  assert.equal(limited(5_000, 10_000), "Time limit of 5 s");
  assert.equal(limited(20_000, 10_000), "Time limit of 10 s");
  assert.equal(limited(5_000, undefined), "Time limit of 5 s");
  assert.equal(limited(undefined, 10_000), "Time limit of 10 s");
  assert.equal(limited(undefined, undefined), "Time limit of 2 s", "it took from 1,000 to 3,000");
});

test("every state has its exact words", () => {
  for (const [state, words] of table) assert.equal(plain(said(state, en, around)), words);
});

test("a stop that cannot be confirmed does not promise a limit that the server has not told", () => {
  const words = said(after(stop, unanswered), en, { ...around, serverTimeLimitMs: undefined });
  assert.match(words, /has given no time limit/);
});

test("no words are those of an error", () => {
  for (const [state] of table) {
    assert.doesNotMatch(said(state, en, around), /internal|failed to fetch|error|undefined|NaN/i);
  }
});

test("how long a refused search should wait counts down, and then is over", () => {
  const refused = after(ended({ kind: "busy", retryAfterMs: 20_000, ofClient: false }));
  const saidAfter = (ms: number) => plain(said(refused, en, { ...around, now: (refused.endedAt ?? 0) + ms }));
  assert.equal(saidAfter(12_500), "Not started: the server is full. Try again in about 8 s.");
  assert.equal(saidAfter(20_000), "Not started: the server is full. Try again now.");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { keepSearch, restoredState } from "../../web/src/session/kept-search.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { en } from "../../web/src/words/en.ts";
import { rarelySaid } from "../../web/src/words/rare-words.ts";
import { isCutOff, spokenWords } from "../../web/src/words/state-words.ts";
import { after, ended, from, openReport, report, reported, unanswered } from "./session-fixtures.ts";

const lostTo = (proxyStatus: number): SearchState => after(ended({ kind: "lost", proxyStatus }));

const table: readonly (readonly [SearchState, string | undefined])[] = [
  [
    lostTo(504),
    "The proxy in front of the server ended the call: 504, its timeout. It must be set longer than the server's time limit of 2 min. We cannot tell yet whether the server is still searching.",
  ],
  [
    from(lostTo(502), unanswered),
    "The proxy in front of the server ended the call: 502, it got no answer from the server. We cannot tell yet whether the server is still searching.",
  ],
  [
    lostTo(429),
    "The proxy in front of the server ended the call: 429. We cannot tell yet whether the server is still searching.",
  ],
  [
    from(lostTo(504), reported()),
    "The proxy in front of the server ended the call: 504, its timeout. It must be set longer than the server's time limit of 2 min. The server had then stopped this search.",
  ],
  [
    after(ended({ kind: "budget", report: report({ ending: Ending.CREDIT, hashesComputed: 12_000_000n }) })),
    "Your hash credit ran out after 12,000,000 hashes of this search. It comes back with time; Continue then goes on from here.",
  ],
  [after(ended({ kind: "budget", report: report({ ending: Ending.BUDGET }) })), undefined],
  [after(ended({ kind: "lost" })), undefined],
  [after(ended({ kind: "cancelled" })), undefined],
  [after(), undefined],
  [
    from(lostTo(504), reported(openReport())),
    "Connected again. The server had stopped this search; that is not confirmed by machine two. It ends by itself within 8 s. All other workers are idle.",
  ],
  [restoredState(keepSearch(lostTo(504), "key", "page")), undefined],
];

for (const [state, words] of table) {
  test(`a search that is ${state.kind}: ${words ?? "nothing rare"}`, () => {
    // Numbers are held to their units.
    assert.equal(rarelySaid(state, en, { now: 0, serverTimeLimitMs: 120_000 })?.replace(/\s/g, " "), words);
  });
}

test("where the time limit is not known, it is named without its length", () => {
  assert.match(
    rarelySaid(lostTo(504), en, { now: 0, serverTimeLimitMs: undefined }) ?? "",
    /longer than the server's time limit\. /,
  );
});

test("what a proxy answered is announced, and not the loss of the server for all searches", () => {
  assert.equal(isCutOff(lostTo(502)), false);
  assert.equal(spokenWords(lostTo(502), en), undefined);
});

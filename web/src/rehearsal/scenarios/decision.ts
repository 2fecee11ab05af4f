import { Scenario as Played } from "../../../../proto/gen/hash_name/v1/lab_pb.ts";
import { newSearchId } from "../../session/search-id.ts";
import { caller, page, type StageEvent } from "../event.ts";
import { type Act, onCaller, onPage, onServer, type Scenario, step } from "../scenario.ts";
import {
  between,
  CANCELLED,
  cancelledWork,
  first,
  has,
  RESOURCE_EXHAUSTED,
  server1,
  UNAVAILABLE,
} from "./common.ts";

const budgetHashes = 1_000_000n;
// No hash of a million is expected to contain it.
const endlessName = "zzzzzzzzzzzz";
// A busy machine takes its time.
const soonMs = 1_000;

const budget: Act = {
  name: "budget",
  told: { decision: "budget", call: "search" },
  lanes: [onPage("search", step("CALL_MADE"), step("CALL_ENDED", RESOURCE_EXHAUSTED))],
  checks: [
    {
      name: "budgetTold",
      holds: (events) => detailsOf(events, "search").includes(`BUDGET, hashes_computed: ${budgetHashes}`),
    },
    {
      name: "canGoOn",
      holds: (events) => detailsOf(events, "search").includes(`next_index: ${budgetHashes}`),
    },
  ],
  async play({ clients, carry }) {
    const search = carry("search", async (signal) => {
      const request = { desiredName: endlessName, maximumHashes: budgetHashes, searchId: newSearchId() };
      await clients.finder.find(request, { signal });
    });
    await search.ended;
  },
};

// A client may have four rehearsals, and the one that plays this is the first.
const others = ["second", "third", "fourth"] as const;
const tooMany = "fifth";

const limit: Act = {
  name: "limit",
  told: { decision: "limit", call: tooMany },
  lanes: [
    ...others.map((call) =>
      onPage(
        call,
        step("CALL_MADE"),
        step("FIRST_MESSAGE"),
        step("CALL_ABORTED"),
        step("CALL_ENDED", CANCELLED),
      ),
    ),
    onPage(tooMany, step("CALL_MADE"), step("CALL_ENDED", RESOURCE_EXHAUSTED)),
  ],
  checks: [{ name: "limitTold", holds: (events) => detailsOf(events, tooMany).includes("CLIENT") }],
  async play({ lab, carry, note, until }) {
    const watch = async (call: string, signal: AbortSignal) => {
      for await (const _ of lab.watchRehearsal({ rehearsalId: newSearchId() }, { signal }))
        note(call, "FIRST_MESSAGE");
    };
    const opened = others.map((call) => carry(call, (signal) => watch(call, signal)));
    await until((events) => others.every((call) => has("FIRST_MESSAGE", call, page)(events)));
    await carry(tooMany, (signal) => watch(tooMany, signal), { isShort: true }).ended;
    for (const call of opened) call.abort();
    await Promise.all(opened.map(({ ended }) => ended));
  },
};

const shutdown: Act = {
  name: "shutdown",
  told: { decision: "shutdown", call: "work" },
  lanes: [
    onServer(server1, "", step("SERVER_LISTENS"), step("SERVER_STOPS")),
    onCaller("work", step("CALL_MADE"), step("CALL_ENDED", UNAVAILABLE)),
    cancelledWork("work", [UNAVAILABLE]),
  ],
  checks: [
    { name: "retryTold", holds: (events) => detailsOf(events, "work", caller).includes("RetryInfo") },
    {
      name: "endedSoon",
      holds: (events) =>
        between(first(events, server1, "", "SERVER_STOPS"), first(events, caller, "work", "CALL_ENDED")) <
        soonMs,
    },
  ],
  play: ({ rehearse }) => rehearse(Played.SHUTDOWN, false),
};

function detailsOf(events: readonly StageEvent[], call: string, place = page): string {
  return first(events, place, call, "CALL_ENDED")?.details ?? "";
}

/** A server that ends or refuses a call for reasons of its own, and says which. */
export const decision: Scenario = {
  acts: [budget, limit, shutdown],
  sources: ["https://grpc.io/docs/guides/error/", "https://grpc.io/docs/guides/status-codes/"],
};

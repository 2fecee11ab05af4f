import { writtenDetails } from "../../api/error-details.ts";
import { newSearchId } from "../../session/search-id.ts";
import { page } from "../event.ts";
import { type Act, onPage, type Scenario, step } from "../scenario.ts";
import { CANCELLED, first, has, RESOURCE_EXHAUSTED } from "./common.ts";

const budgetHashes = 1_000_000n;
// No hash of a million is expected to contain it.
const endlessName = "zzzzzzzzzzzz";

const budget: Act = {
  name: "budget",
  lanes: [onPage("search", step("CALL_MADE"), step("CALL_ENDED", RESOURCE_EXHAUSTED), step("DETAILS_READ"))],
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
  async play({ clients, carry, note }) {
    const kept = keptDetails();
    const search = carry("search", async (signal) => {
      const request = { desiredName: endlessName, maximumHashes: budgetHashes, searchId: newSearchId() };
      await clients.finder.find(request, { signal }).catch(kept.keep);
    });
    await search.ended;
    if (kept.words !== "") note("search", "DETAILS_READ", { words: kept.words });
  },
};

// A client may have four rehearsals, and the one that plays this is the first.
const others = ["second", "third", "fourth"] as const;
const tooMany = "fifth";

const limit: Act = {
  name: "limit",
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
    onPage(tooMany, step("CALL_MADE"), step("CALL_ENDED", RESOURCE_EXHAUSTED), step("DETAILS_READ")),
  ],
  checks: [{ name: "limitTold", holds: (events) => detailsOf(events, tooMany).includes("CLIENT") }],
  async play({ lab, carry, note, until }) {
    const watch = async (call: string, signal: AbortSignal) => {
      for await (const _ of lab.watchRehearsal({ rehearsalId: newSearchId() }, { signal }))
        note(call, "FIRST_MESSAGE");
    };
    const opened = others.map((call) => carry(call, (signal) => watch(call, signal)));
    await until((events) => others.every((call) => has("FIRST_MESSAGE", call, page)(events)));
    const kept = keptDetails();
    const refused = carry(tooMany, (signal) => watch(tooMany, signal).catch(kept.keep), { isShort: true });
    await refused.ended;
    if (kept.words !== "") note(tooMany, "DETAILS_READ", { words: kept.words });
    for (const call of opened) call.abort();
    await Promise.all(opened.map(({ ended }) => ended));
  },
};

/** Keeps the details of an error that passes. */
function keptDetails() {
  const kept = {
    words: "",
    keep(thrown: unknown): never {
      kept.words = writtenDetails(thrown);
      throw thrown;
    },
  };
  return kept;
}

function detailsOf(events: Parameters<typeof first>[0], call: string): string {
  return first(events, page, call, "DETAILS_READ")?.words ?? "";
}

/** A server that ends or refuses a call for reasons of its own, and says which. */
export const decision: Scenario = {
  acts: [budget, limit],
  sources: ["https://grpc.io/docs/guides/error/", "https://grpc.io/docs/guides/status-codes/"],
};

import { isProven } from "../../../../client/proven.ts";
import { newSearchId } from "../../session/search-id.ts";
import { page } from "../event.ts";
import { type Act, onPage, onServer, type Scenario, step } from "../scenario.ts";
import { CANCELLED, cancelledWork, finishedWork, first, has, OK, server1 } from "./common.ts";

// Longer than an act lasts: only the cancel ends it.
const longMs = 8_000;
const reason = "coffee break";
// One in 3,350 hashes is a near miss, so the first comes at once; the name itself takes 51 million.
const manyNearMisses = { desiredName: "doctor", idealHammingDistance: 0, interestingHammingDistance: 2 };

const unary: Act = {
  name: "unary",
  lanes: [
    onPage("unary", step("CALL_MADE"), step("CALL_ABORTED"), step("CALL_ENDED", CANCELLED)),
    cancelledWork("unary"),
  ],
  async play({ work, until }) {
    const call = work("unary", { timeMs: longMs });
    await until(has("WORK_BEGUN", "unary"));
    call.abort();
    await call.ended;
  },
};

const streaming: Act = {
  name: "streaming",
  unit: "messages",
  lanes: [
    onPage(
      "streaming",
      step("CALL_MADE"),
      step("FIRST_MESSAGE"),
      step("CALL_ABORTED"),
      step("CALL_ENDED", CANCELLED),
    ),
    cancelledWork("streaming"),
  ],
  async play({ count, until }) {
    const call = count("streaming", { messages: 100, intervalMs: 100 });
    await until(has("FIRST_MESSAGE", "streaming", page));
    call.abort();
    await call.ended;
  },
};

const before: Act = {
  name: "before",
  lanes: [
    onPage("before", step("CALL_ABORTED"), step("CALL_MADE"), step("CALL_ENDED", CANCELLED)),
    onServer(server1, "before"),
  ],
  async play({ work }) {
    const call = work("before", { timeMs: longMs });
    call.abort();
    await call.ended;
  },
};

const after: Act = {
  name: "after",
  lanes: [
    onPage("after", step("CALL_MADE"), step("FIRST_MESSAGE"), step("CALL_ENDED", OK), step("CALL_ABORTED")),
    finishedWork("after"),
  ],
  async play({ work }) {
    const call = work("after", { timeMs: 100 });
    await call.ended;
    call.abort();
  },
};

const twice: Act = {
  name: "twice",
  lanes: [
    onPage(
      "twice",
      step("CALL_MADE"),
      step("CALL_ABORTED"),
      step("CALL_ABORTED"),
      step("CALL_ENDED", CANCELLED),
    ),
    cancelledWork("twice"),
  ],
  async play({ work, until }) {
    const call = work("twice", { timeMs: longMs });
    await until(has("WORK_BEGUN", "twice"));
    call.abort();
    call.abort();
    await call.ended;
  },
};

const withReason: Act = {
  name: "reason",
  lanes: [
    onPage("reason", step("CALL_MADE"), step("CALL_ABORTED"), step("CALL_ENDED", CANCELLED)),
    cancelledWork("reason"),
  ],
  checks: [
    {
      name: "reasonStays",
      holds: (events) => first(events, page, "reason", "CALL_ENDED")?.words?.includes(reason) === true,
    },
    {
      name: "reasonNotSent",
      holds: (events) =>
        events.every(({ place, words = "" }) => place === page || !words.includes(reason)) &&
        first(events, server1, "reason", "CANCEL_SEEN") !== undefined,
    },
  ],
  async play({ work, until }) {
    const call = work("reason", { timeMs: longMs });
    await until(has("WORK_BEGUN", "reason"));
    call.abort(reason);
    await call.ended;
  },
};

const report: Act = {
  name: "report",
  lanes: [
    onPage(
      "search",
      step("CALL_MADE"),
      step("FIRST_MESSAGE"),
      step("CALL_ABORTED"),
      step("CALL_ENDED", CANCELLED),
      step("REPORT_ASKED"),
      step("REPORT_CAME"),
    ),
  ],
  checks: [
    {
      name: "reportProves",
      holds: (events) => first(events, page, "search", "REPORT_CAME") !== undefined,
    },
    {
      name: "reasonInReport",
      holds: (events) => first(events, page, "search", "REPORT_CAME")?.words === reason,
    },
  ],
  async play({ clients, carry, note, until, signal }) {
    const searchId = newSearchId();
    const search = carry("search", async (until) => {
      let isFirst = true;
      for await (const _ of clients.finder.findRange({ ...manyNearMisses, searchId }, { signal: until })) {
        if (isFirst) note("search", "FIRST_MESSAGE");
        isFirst = false;
      }
    });
    await until(has("FIRST_MESSAGE", "search", page));
    search.abort(reason);
    await search.ended;
    note("search", "REPORT_ASKED", { words: reason });
    const { report } = await clients.reports.getSearchReport({ searchId, reason }, { signal });
    if (report && isProven(report)) note("search", "REPORT_CAME", { words: report.reason });
  },
};

/** A caller that cancels. */
export const cancel: Scenario = {
  acts: [unary, streaming, before, after, twice, withReason, report],
  sources: [
    "https://grpc.io/docs/guides/cancellation/",
    "https://github.com/grpc/grpc/tree/master/examples/python/cancellation",
  ],
};

import { Scenario as Played } from "../../../../proto/gen/hash_name/v1/lab_pb.ts";
import { caller, page, type StageEvent } from "../event.ts";
import { type Act, type Lane, onCaller, onPage, onServer, type Scenario, step } from "../scenario.ts";
import {
  between,
  CANCELLED,
  cancelledWork,
  first,
  has,
  RESOURCE_EXHAUSTED,
  server1,
  timerMs,
} from "./common.ts";

const everyMs = 100;
const manyMessages = 1_000;
const slowMs = 1_000;
// A busy machine takes its time.
const soonMs = 1_000;
// As long as the caller of the eleventh stream is left waiting.
const silentMs = 2_000;

/** A stream that is pressed off in the end. */
function pressedOff(call: string): Lane {
  return onPage(
    call,
    step("CALL_MADE"),
    step("FIRST_MESSAGE"),
    step("CALL_ABORTED"),
    step("CALL_ENDED", CANCELLED),
  );
}

/** How long the first of two streams lasted at the server after the second one came in. */
function togetherMs(events: readonly StageEvent[]): number {
  return between(
    first(events, server1, "second press", "CALL_IN"),
    first(events, server1, "first press", "WORK_ENDED"),
  );
}

const toggleWas: Act = {
  name: "toggleWas",
  unit: "messages",
  lanes: [
    onPage(
      "first press",
      step("CALL_MADE"),
      step("FIRST_MESSAGE"),
      step("READER_PAUSES"),
      step("CALL_ABORTED"),
      step("CALL_ENDED", CANCELLED),
    ),
    cancelledWork("first press"),
    pressedOff("second press"),
    cancelledWork("second press"),
  ],
  checks: [{ name: "twoAtOnce", holds: (events) => togetherMs(events) > soonMs }],
  async play({ count, until, pass }) {
    const asked = { messages: manyMessages, intervalMs: everyMs };
    const before = count("first press", asked);
    await until(has("FIRST_MESSAGE", "first press", page));
    // The loop over the messages is left, and nothing more: that cancels no call.
    before.pause();
    const next = count("second press", asked);
    await until(has("FIRST_MESSAGE", "second press", page));
    await pass(2 * soonMs);
    before.abort();
    next.abort();
    await Promise.all([before.ended, next.ended]);
  },
};

const toggleIs: Act = {
  name: "toggleIs",
  unit: "messages",
  lanes: [
    pressedOff("first press"),
    cancelledWork("first press"),
    pressedOff("second press"),
    cancelledWork("second press"),
  ],
  checks: [{ name: "firstEnded", holds: (events) => togetherMs(events) < soonMs }],
  async play({ count, until, pass }) {
    const asked = { messages: manyMessages, intervalMs: everyMs };
    const before = count("first press", asked);
    await until(has("FIRST_MESSAGE", "first press", page));
    before.abort();
    const next = count("second press", asked);
    await until(has("FIRST_MESSAGE", "second press", page));
    await pass(2 * soonMs);
    next.abort();
    await Promise.all([before.ended, next.ended]);
  },
};

const ten = "ten streams";
const eleventh = "eleventh";

const tenOpened: readonly Lane[] = [
  onServer(server1, "", step("SERVER_LISTENS")),
  onCaller(
    ten,
    step("CALL_MADE"),
    step("FIRST_MESSAGE"),
    step("CALL_ABORTED"),
    step("CALL_ENDED", CANCELLED),
  ),
];

/** From the call of the eleventh stream on. */
function afterMs(events: readonly StageEvent[], kind: StageEvent["kind"]): number {
  return between(first(events, caller, eleventh, "CALL_MADE"), first(events, caller, eleventh, kind));
}

const eleventhWas: Act = {
  name: "eleventhWas",
  unit: "messages",
  lanes: [
    ...tenOpened,
    onCaller(
      eleventh,
      step("CALL_MADE"),
      step("HEARD_NOTHING"),
      step("FIRST_MESSAGE"),
      step("CALL_ABORTED"),
      step("CALL_ENDED", CANCELLED),
    ),
    cancelledWork(eleventh),
  ],
  checks: [
    {
      name: "waitedSilently",
      holds: (events) =>
        afterMs(events, "FIRST_MESSAGE") > silentMs - timerMs &&
        between(first(events, caller, ten, "CALL_ABORTED"), first(events, server1, eleventh, "CALL_IN")) > 0,
    },
  ],
  play: ({ rehearse }) => rehearse(Played.ELEVENTH_WAITS, false),
};

const eleventhIs: Act = {
  name: "eleventhIs",
  unit: "messages",
  lanes: [
    ...tenOpened,
    onCaller(eleventh, step("CALL_MADE"), step("CALL_ENDED", RESOURCE_EXHAUSTED)),
    onServer(server1, eleventh),
  ],
  checks: [
    { name: "refusedSoon", holds: (events) => afterMs(events, "CALL_ENDED") < soonMs },
    {
      name: "placesTold",
      holds: (events) => {
        const details = first(events, caller, eleventh, "CALL_ENDED")?.details ?? "";
        return details.includes("STREAMS, limit: 10") && details.includes("RetryInfo");
      },
    },
  ],
  play: ({ rehearse }) => rehearse(Played.ELEVENTH_REFUSED, false),
};

const lateIs: Act = {
  name: "lateIs",
  unit: "messages",
  lanes: [pressedOff("slow"), cancelledWork("slow")],
  checks: [
    {
      name: "noticedBetween",
      holds: (events) =>
        between(first(events, server1, "slow", "CANCEL_SEEN"), first(events, server1, "slow", "WORK_ENDED")) <
        slowMs / 4,
    },
  ],
  async play({ count, until }) {
    const call = count("slow", { messages: 10, intervalMs: slowMs });
    await until(has("FIRST_MESSAGE", "slow", page));
    call.abort();
    await call.ended;
  },
};

/** The defects of the article's keyed streams, beside what became of them here. */
export const keyed: Scenario = {
  acts: [toggleWas, toggleIs, eleventhWas, eleventhIs, lateIs],
  sources: ["https://qiita.com/crambon/items/9a28ed9df18aa2274c6e"],
};

import { page, type StageEvent } from "../event.ts";
import { type Act, maybe, onPage, onServer, type Scenario, step } from "../scenario.ts";
import { CANCELLED, first, has, server1 } from "./common.ts";

const messages = 100_000;
const messageBytes = 65_536;
// Chromium takes in some 65 MB for a reader that does not read, and the sockets a few more.
const mostBytes = 200_000_000;

const pauses: Act = {
  name: "pauses",
  unit: "messages",
  lanes: [
    onPage(
      "pauses",
      step("CALL_MADE"),
      step("FIRST_MESSAGE"),
      step("READER_PAUSES"),
      step("READER_GOES_ON"),
      step("READER_PAUSES"),
      step("CALL_ABORTED"),
      step("CALL_ENDED", CANCELLED),
    ),
    onServer(
      server1,
      "pauses",
      step("CALL_IN"),
      step("WORK_BEGUN"),
      // It waits, goes on, and waits again. The browser may make some room even while nobody reads.
      step("WAITS_FOR_READER"),
      maybe("GOES_ON"),
      step("CANCEL_SEEN", CANCELLED),
      step("WORK_ENDED"),
      step("CODE_SENT", CANCELLED),
    ),
  ],
  checks: [
    { name: "wentOn", holds: (events) => first(events, server1, "pauses", "GOES_ON") !== undefined },
    {
      name: "sentBounded",
      holds: (events) => {
        const sent = Number(first(events, server1, "pauses", "WAITS_FOR_READER")?.done ?? messages);
        return sent * messageBytes < mostBytes;
      },
    },
  ],
  async play({ count, until }) {
    const call = count("pauses", { messages, messageBytes });
    await until(has("FIRST_MESSAGE", "pauses", page));
    call.pause();
    await until(latest("WAITS_FOR_READER"));
    call.goOn();
    await until(latest("GOES_ON"));
    call.pause();
    await until(latest("WAITS_FOR_READER"));
    call.abort();
    await call.ended;
  },
};

/** Whether the handler's latest word on its reader is that one. */
function latest(kind: StageEvent["kind"]): (events: readonly StageEvent[]) => boolean {
  return (events) =>
    events.findLast((event) => event.kind === "WAITS_FOR_READER" || event.kind === "GOES_ON")?.kind === kind;
}

/** A reader that pauses: the writer waits, and its memory stays bounded. */
export const flow: Scenario = {
  acts: [pauses],
  sources: ["https://grpc.io/docs/guides/flow-control/"],
};

import type { StageEvent } from "../event.ts";
import { type Act, onPage, onServer, type Scenario, step } from "../scenario.ts";
import { between, CANCELLED, cancelledWork, first, has, OK, server1, timerMs, workedMs } from "./common.ts";

const workMs = 2_000;
// Far less than the work, far more than a busy machine needs to interrupt it.
const soonMs = 1_000;

/** From the moment when the handler's signal aborted until its work ended. */
function wentOnMs(events: readonly StageEvent[], call: string): number {
  return between(first(events, server1, call, "CANCEL_SEEN"), first(events, server1, call, "WORK_ENDED"));
}

const stopped = (call: string) =>
  onPage(call, step("CALL_MADE"), step("CALL_ABORTED"), step("CALL_ENDED", CANCELLED));

const play =
  (call: string, ignores: boolean): Act["play"] =>
  async ({ work, until }) => {
    const made = work(call, { timeMs: workMs, computes: true, ignores });
    await until(has("WORK_BEGUN", call));
    made.abort();
    await made.ended;
  };

const checks: Act = {
  name: "checks",
  unit: "hashes",
  charted: "checks",
  lanes: [stopped("checks"), cancelledWork("checks")],
  checks: [{ name: "endsSoon", holds: (events) => wentOnMs(events, "checks") < soonMs }],
  play: play("checks", false),
};

const ignores: Act = {
  name: "ignores",
  unit: "hashes",
  charted: "ignores",
  lanes: [
    stopped("ignores"),
    onServer(
      server1,
      "ignores",
      step("CALL_IN"),
      step("WORK_BEGUN"),
      step("CANCEL_SEEN", CANCELLED),
      step("WORK_GOES_ON"),
      step("WORK_ENDED"),
      step("CODE_SENT", OK),
    ),
  ],
  checks: [
    { name: "goesOn", holds: (events) => workedMs(events, "ignores") > workMs - timerMs },
    { name: "isBounded", holds: (events) => workedMs(events, "ignores") < workMs + soonMs },
  ],
  play: play("ignores", true),
};

/** The same Stop, for a handler that looks at its signal and for one that does not. */
export const manners: Scenario = {
  acts: [checks, ignores],
  sources: ["https://grpc.io/docs/guides/cancellation/"],
};

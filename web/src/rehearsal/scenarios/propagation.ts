import type { StageEvent } from "../event.ts";
import { type Act, byServer, type Lane, onPage, onServer, type Scenario, step } from "../scenario.ts";
import {
  CANCELLED,
  cancelledWork,
  finishedWork,
  first,
  has,
  OK,
  server1,
  timerMs,
  workedMs,
} from "./common.ts";

const workMs = 2_000;
// Half of the work, and far more than a busy machine needs.
const soonMs = 1_000;
const last = "server 3";

const stopped = (call: string) =>
  onPage(call, step("CALL_MADE"), step("CALL_ABORTED"), step("CALL_ENDED", CANCELLED));

const started = ["server 2", last].map((place) => onServer(place, "", step("SERVER_LISTENS")));

/** A server between two others that hears of the cancel. */
const cancelled = (place: string, call: string): Lane =>
  onServer(place, call, step("CALL_IN"), step("CANCEL_SEEN", CANCELLED), step("CODE_SENT", CANCELLED));

/** Its own call, to which it gave its caller's signal. */
const passedOn = (place: string): Lane =>
  byServer(place, "with", step("CALL_MADE"), step("CALL_ABORTED"), step("CALL_ENDED", CANCELLED));

/** Its own call, which it made without it. */
const forgotten = (place: string): Lane =>
  byServer(place, "without", step("CALL_MADE"), step("FIRST_MESSAGE"), step("CALL_ENDED", OK));

/** From the cancel at the first server until the work ended at the last one. Both are on one clock. */
function lastedMs(events: readonly StageEvent[], call: string): number {
  const seen = first(events, server1, call, "CANCEL_SEEN")?.at ?? Number.NaN;
  return (first(events, last, call, "WORK_ENDED")?.at ?? Number.NaN) - seen;
}

const play =
  (call: string, propagates: boolean): Act["play"] =>
  async ({ work, until }) => {
    const made = work(call, { timeMs: workMs, serversBehind: 2, propagates });
    await until(has("WORK_BEGUN", call, last));
    made.abort();
    await made.ended;
  };

const withIt: Act = {
  name: "with",
  lanes: [
    stopped("with"),
    cancelled(server1, "with"),
    passedOn(server1),
    ...started,
    cancelled("server 2", "with"),
    passedOn("server 2"),
    cancelledWork("with", [CANCELLED], last),
  ],
  checks: [{ name: "allEndSoon", holds: (events) => lastedMs(events, "with") < soonMs }],
  play: play("with", true),
};

const withoutIt: Act = {
  name: "without",
  lanes: [
    stopped("without"),
    cancelled(server1, "without"),
    forgotten(server1),
    ...started,
    onServer("server 2", "without", step("CALL_IN"), step("CODE_SENT", OK)),
    forgotten("server 2"),
    finishedWork("without", last),
  ],
  checks: [{ name: "lastGoesOn", holds: (events) => workedMs(events, "without", last) > workMs - timerMs }],
  play: play("without", false),
};

/** A call that makes others: who hears of the cancel. */
export const propagation: Scenario = {
  acts: [withIt, withoutIt],
  sources: ["https://grpc.io/docs/guides/cancellation/", "https://grpc.io/docs/guides/deadlines/"],
};

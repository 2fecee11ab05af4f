import { Scenario as Played } from "../../../../proto/gen/hash_name/v1/lab_pb.ts";
import { caller } from "../event.ts";
import { type Act, onCaller, onServer, type Scenario, step } from "../scenario.ts";
import { between, DEADLINE_EXCEEDED, finishedWork, first, OK, server1, UNAVAILABLE } from "./common.ts";

const waitForReady: Act = {
  name: "waitForReady",
  lanes: [
    onCaller(
      "waits",
      step("CALL_MADE"),
      step("CONNECTION_CHANGED"),
      step("FIRST_MESSAGE"),
      step("CALL_ENDED", OK),
    ),
    onCaller("does not wait", step("CALL_MADE"), step("CALL_ENDED", UNAVAILABLE)),
    onCaller(
      "waits too short",
      step("CALL_MADE"),
      step("CONNECTION_CHANGED"),
      step("CALL_ENDED", DEADLINE_EXCEEDED),
    ),
    onServer(server1, "", step("SERVER_LISTENS")),
    finishedWork("waits"),
  ],
  checks: [
    {
      name: "waitedUntilThere",
      holds: (events) =>
        between(
          first(events, server1, "", "SERVER_LISTENS"),
          first(events, caller, "waits", "FIRST_MESSAGE"),
        ) > 0,
    },
  ],
  play: ({ rehearse }) => rehearse(Played.WAIT_FOR_READY, false),
};

const gracefulStop: Act = {
  name: "gracefulStop",
  lanes: [
    onServer(server1, "", step("SERVER_LISTENS"), step("SERVER_STOPS")),
    onCaller("short", step("CALL_MADE"), step("FIRST_MESSAGE"), step("CALL_ENDED", OK)),
    finishedWork("short"),
    onCaller("long", step("CALL_MADE"), step("CALL_ENDED", UNAVAILABLE)),
    onServer(
      server1,
      "long",
      step("CALL_IN"),
      step("WORK_BEGUN"),
      step("CANCEL_SEEN", UNAVAILABLE),
      step("WORK_ENDED"),
      step("CODE_SENT", UNAVAILABLE),
    ),
    onCaller("late", step("CALL_MADE"), step("CALL_ENDED", UNAVAILABLE)),
  ],
  checks: [
    {
      name: "shortFinished",
      holds: (events) =>
        between(first(events, server1, "", "SERVER_STOPS"), first(events, caller, "short", "FIRST_MESSAGE")) >
        0,
    },
  ],
  play: ({ rehearse }) => rehearse(Played.GRACEFUL_STOP, false),
};

/** A server that is not there yet, and one that leaves. */
export const readiness: Scenario = {
  acts: [waitForReady, gracefulStop],
  sources: [
    "https://grpc.io/docs/guides/wait-for-ready/",
    "https://grpc.io/docs/guides/server-graceful-stop/",
  ],
};

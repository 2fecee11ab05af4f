import { Scenario as Played } from "../../../../proto/gen/hash_name/v1/lab_pb.ts";
import { caller, type StageEvent } from "../event.ts";
import {
  type Act,
  type ActName,
  type Check,
  failing,
  type Lane,
  onCaller,
  onServer,
  type Scenario,
  type Step,
  step,
} from "../scenario.ts";
import { between, first, server1 } from "./common.ts";

const call = "count";
const proxy = "proxy";
// The call is told of a cut at once; a busy machine takes its time.
const soonMs = 1_000;
// Frames of PING go out every 500 ms, and have as long to be answered.
const pingedMs = 2_500;

const begun: readonly Lane[] = [onServer(server1, "", step("SERVER_LISTENS"))];
const damaged = onServer(proxy, call, step("CONNECTION_CHANGED"));

// Which error it is depends on the library, and on how the connection ended.
function callerLane(...before: readonly Step[]): Lane {
  return onCaller(call, step("CALL_MADE"), step("FIRST_MESSAGE"), ...before, failing("CALL_ENDED"));
}

function serverLane(...before: readonly Step[]): Lane {
  return onServer(
    server1,
    call,
    step("CALL_IN"),
    step("WORK_BEGUN"),
    ...before,
    failing("CANCEL_SEEN"),
    step("WORK_ENDED"),
    failing("CODE_SENT"),
  );
}

/** From what was done to the connection until the server, or the caller, knew. */
function knownMs(events: readonly StageEvent[], place: string): number {
  const kind = place === caller ? "CALL_ENDED" : "CANCEL_SEEN";
  return between(first(events, proxy, call, "CONNECTION_CHANGED"), first(events, place, call, kind));
}

function bothKnow(withinMs: number): Check {
  return {
    name: "bothKnowSoon",
    holds: (events) => knownMs(events, caller) < withinMs && knownMs(events, server1) < withinMs,
  };
}

const serverKnows: Check = {
  name: "serverKnowsSoon",
  holds: (events) => knownMs(events, server1) < pingedMs,
};

function act(
  name: ActName,
  played: Played,
  pings: boolean,
  lanes: readonly Lane[],
  checks: readonly Check[] = [],
): Act {
  return {
    name,
    unit: "messages",
    lanes: [...begun, ...lanes],
    checks,
    play: ({ rehearse }) => rehearse(played, pings),
  };
}

const unaware = step("NOT_NOTICED");

/** A connection that is lost: who learns of it, and when. */
export const lost: Scenario = {
  acts: [
    act("closed", Played.CONNECTION_CLOSED, false, [callerLane(), damaged, serverLane()], [bothKnow(soonMs)]),
    act("reset", Played.CONNECTION_RESET, false, [callerLane(), damaged, serverLane()], [bothKnow(soonMs)]),
    act("frozen", Played.CONNECTION_FROZEN, false, [callerLane(unaware), damaged, serverLane(unaware)]),
    act(
      "frozenPings",
      Played.CONNECTION_FROZEN,
      true,
      [callerLane(), damaged, serverLane()],
      [bothKnow(pingedMs)],
    ),
    act("halfOpen", Played.CONNECTION_HALF_OPEN, false, [callerLane(), damaged, serverLane(unaware)]),
    act(
      "halfOpenPings",
      Played.CONNECTION_HALF_OPEN,
      true,
      [callerLane(), damaged, serverLane()],
      [serverKnows],
    ),
  ],
  sources: ["https://grpc.io/docs/guides/keepalive/", "https://grpc.io/docs/guides/cancellation/"],
};

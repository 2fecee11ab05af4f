import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import {
  type CountRequest,
  type LabEvent,
  LabEventSchema,
  type LabService,
  type WorkRequest,
} from "../../proto/gen/hash_name/v1/lab_pb.ts";
import {
  countViolations,
  type LabField,
  labSentence,
  longestPlayMs,
  rehearsalViolations,
  rehearseViolations,
  workViolations,
} from "../../proto/lab-rules.ts";
import { onAbort } from "../calls/abort.ts";
import { type Call, callOf, refuseAborted } from "../edge/call.ts";
import { Counting } from "../lab/counting.ts";
import type { LabEvent as Told } from "../lab/events.ts";
import { Handling } from "../lab/handling.ts";
import { carryOut, type Lab } from "../lab/lab.ts";
import type { Admit } from "../lab/places.ts";
import { play } from "../lab/play.ts";
import type { Rehearsal } from "../lab/rehearsal.ts";
import { duration } from "./messages.ts";
import { invalid } from "./requests.ts";

/** What the servers of a rehearsal answer as well, each by its place. */
export type LabCalls = Pick<ServiceImpl<typeof LabService>, "work" | "count">;

// For the words of its end to reach a reader that was not reading.
const unreadMs = 1000;

/** The lab's service, which is "server 1" of every rehearsal. */
export function labService(lab: Lab, serverInstance: string): ServiceImpl<typeof LabService> {
  const { rehearsals, serve } = lab;
  return {
    ...labCalls(lab, "server 1"),

    readClock: () => ({ now: duration(performance.now()), serverInstance }),

    async *watchRehearsal({ rehearsalId }, context) {
      refuse(rehearsalViolations({ rehearsalId }));
      refuseAborted(context.signal);
      const call = callOf(context);
      const rehearsal = rehearsals.open(rehearsalId, call.client);
      endWithCall(rehearsal, call, context);
      call.sendHeaders(context.responseHeader);
      yield { event: {} };
      yield* eventsOf(rehearsal, context.signal);
    },

    async *rehearse(request, context) {
      refuse(rehearseViolations(request));
      refuseAborted(context.signal);
      const call = callOf(context);
      // Its events are its own caller's, so it is a rehearsal of its own.
      const rehearsal = rehearsals.open(randomUUID(), call.client, longestPlayMs);
      const around = rehearsals.find(request.rehearsalId);
      if (around) rehearsal.endWith(around.signal);
      endWithCall(rehearsal, call, context);
      call.sendHeaders(context.responseHeader);
      const played = rehearsal.hold(play(request, rehearsal, serve)).then(
        () => rehearsal.end("done"),
        (error) => {
          rehearsal.end("failure");
          throw error;
        },
      );
      played.catch(() => {});
      yield* eventsOf(rehearsal, context.signal);
      await played;
    },
  };
}

/** Work and Count, at a place of a rehearsal, whose streams may have to be let in. */
export function labCalls(lab: Lab, place: string, admit?: Admit): LabCalls {
  return {
    async work(request: WorkRequest, context: HandlerContext) {
      refuse(workViolations(request));
      const handling = handlingOf(request, context);
      try {
        const done = await carryOut(request, handling, lab);
        handling.end();
        return { done: BigInt(done) };
      } catch (error) {
        handling.end(error);
        throw error;
      }
    },

    async *count(request: CountRequest, context: HandlerContext) {
      refuse(countViolations(request));
      await admit?.(context.signal);
      const handling = handlingOf(request, context);
      const call = callOf(context);
      cutWhenOver(handling.rehearsal, call);
      const counting = new Counting(request, handling);
      call.sendHeaders(context.responseHeader);
      yield* counting.messages();
    },
  };

  function handlingOf(
    { rehearsalId, call }: WorkRequest | CountRequest,
    { signal, timeoutMs }: HandlerContext,
  ): Handling {
    return new Handling(lab.rehearsals.opened(rehearsalId), { place, call, signal, leftMs: timeoutMs });
  }
}

/** The service of a server that has no lab. */
export function noLab(): ServiceImpl<typeof LabService> {
  const refused = (): never => {
    throw new ConnectError(
      "This server has no lab, because other machines may call it. Start it with --lab, or on 127.0.0.1.",
      Code.Unimplemented,
    );
  };
  return { readClock: refused, watchRehearsal: refused, work: refused, count: refused, rehearse: refused };
}

/** The call's signal alone must do: a generator whose reader vanishes never resumes. */
function endWithCall(rehearsal: Rehearsal, call: Call, { signal }: HandlerContext): void {
  onAbort(signal, () => {
    rehearsal.end("left");
    rehearsal.events.drop();
  });
  cutWhenOver(rehearsal, call);
}

/** Ends a stream whose rehearsal is over and whose reader does not read. */
function cutWhenOver({ signal }: Rehearsal, call: Call): void {
  onAbort(signal, () => call.cutAfter(unreadMs));
}

/** Until it ends; a call that has reached its deadline is told that, and not what follows from it. */
async function* eventsOf(
  { events }: Rehearsal,
  signal: AbortSignal,
): AsyncGenerator<{ event: LabEvent }, void, void> {
  try {
    for await (const event of events.read()) yield { event: eventMessage(event) };
  } catch (error) {
    refuseAborted(signal);
    throw error;
  }
}

function eventMessage({ atMs, deadlineMs, done = 0, code = 0, details = [], ...rest }: Told): LabEvent {
  return create(LabEventSchema, {
    ...rest,
    details: details.map(({ type, value }) => ({ type, value })),
    at: duration(atMs),
    code,
    done: BigInt(done),
    ...(deadlineMs !== undefined && { deadline: duration(Math.max(0, deadlineMs)) }),
  });
}

/** @throws ConnectError INVALID_ARGUMENT */
function refuse(broken: readonly LabField[]): void {
  if (broken.length > 0) throw invalid(broken.map((field) => ({ field, description: labSentence(field) })));
}

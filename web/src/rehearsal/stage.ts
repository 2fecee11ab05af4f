import {
  type LabEvent,
  Labour,
  Manners,
  type Scenario as Played,
} from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { callEndOf, okEnd } from "../api/call-end.ts";
import type { Clients } from "../api/clients.ts";
import { writtenDetails } from "../api/error-details.ts";
import type { LabClient } from "../api/lab-client.ts";
import type { Connections } from "../session/connections.ts";
import { type Kind, page, type StageEvent } from "./event.ts";

/** What a handler is told to do. */
export interface WorkAsked {
  readonly timeMs: number;
  readonly ignores?: boolean;
  readonly computes?: boolean;
  readonly serversBehind?: number;
  readonly propagates?: boolean;
  readonly deadlineMs?: number;
}

/** Messages that a handler is told to send. */
export interface CountAsked {
  readonly messages: number;
  readonly intervalMs?: number;
  readonly messageBytes?: number;
}

/** A call that the page makes. */
export interface StageCall {
  /** Aborts the call's signal, and says so, with the reason where there is one. */
  abort(reason?: string): void;
  /** When it has ended for the page, however. Never rejects. */
  readonly ended: Promise<void>;
}

export interface StreamCall extends StageCall {
  /** No more messages are taken. */
  pause(): void;
  goOn(): void;
}

export interface CallStyle {
  /** Answered at once: it takes the connection that is kept free for such calls. */
  readonly isShort?: boolean;
}

/** What an act is played on. */
export interface Stage {
  readonly rehearsalId: string;
  readonly lab: LabClient;
  readonly clients: Pick<Clients, "finder" | "reports">;
  /** Of the run: aborts when a person stops it, leaves the view, or the run ends. */
  readonly signal: AbortSignal;
  note(call: string, kind: Kind, facts?: Partial<StageEvent>): void;
  /** One answer, after some work. */
  work(call: string, asked: WorkAsked): StageCall;
  /** Messages with numbers. */
  count(call: string, asked: CountAsked): StreamCall;
  /** Any other call, with its events on the page's side. */
  carry(call: string, talk: (signal: AbortSignal) => Promise<void>, how?: CallStyle): StageCall;
  /** Calls that the server makes itself, and what both of its sides tell. */
  rehearse(scenario: Played, pings: boolean): Promise<void>;
  /** Waits for events; goes on without them after some seconds, because then they are missing. */
  until(isWanted: (events: readonly StageEvent[]) => boolean): Promise<void>;
  /** Waits. To be used where the time itself is what is tried. */
  pass(ms: number): Promise<void>;
}

interface StageDeps extends Pick<Stage, "rehearsalId" | "lab" | "clients" | "signal" | "until" | "pass"> {
  readonly connections: Connections | undefined;
  readonly now: () => number;
  onEvent(event: StageEvent): void;
  onServerEvent(event: LabEvent): void;
  /** A call waits until one of the browser's connections is free. */
  onWait(): void;
}

/** The stage of one act. */
export function createStage({ onEvent, onServerEvent, onWait, connections, now, ...rest }: StageDeps): Stage {
  const { lab, rehearsalId, signal: life } = rest;

  function note(call: string, kind: Kind, facts: Partial<StageEvent> = {}): void {
    onEvent({ place: page, call, kind, at: now(), ...facts });
  }

  function carry(
    call: string,
    talk: (signal: AbortSignal) => Promise<void>,
    { isShort = false }: CallStyle = {},
  ): StageCall {
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, life]);
    // The connection is held until the call has ended.
    const held = new AbortController();

    async function run(): Promise<void> {
      if (!isShort) await connections?.hold(AbortSignal.any([held.signal, signal]), onWait);
      // A call that was aborted before is made all the same: that it does not leave is to be seen.
      note(call, "CALL_MADE");
      try {
        await talk(signal);
        note(call, "CALL_ENDED", okEnd);
      } catch (thrown) {
        const details = writtenDetails(thrown);
        note(call, "CALL_ENDED", { ...callEndOf(thrown), ...(details !== "" && { details }) });
      } finally {
        held.abort();
      }
    }

    return {
      ended: run(),
      abort(reason) {
        note(call, "CALL_ABORTED", reason === undefined ? {} : { words: reason });
        controller.abort(reason);
      },
    };
  }

  return {
    ...rest,
    note,
    carry,
    work: (call, { timeMs, ignores, computes, serversBehind = 0, propagates = false, deadlineMs }) =>
      carry(call, async (signal) => {
        const request = {
          rehearsalId,
          call,
          time: duration(timeMs),
          manners: ignores ? Manners.IGNORES : Manners.CHECKS,
          labour: computes ? Labour.COMPUTES : Labour.SLEEPS,
          serversBehind,
          propagates,
        };
        await lab.work(request, { signal, ...(deadlineMs !== undefined && { timeoutMs: deadlineMs }) });
        note(call, "FIRST_MESSAGE");
      }),
    count(call, { messages, intervalMs = 0, messageBytes = 0 }) {
      let paused: PromiseWithResolvers<void> | undefined;
      const stream = carry(call, async (signal) => {
        const request = {
          rehearsalId,
          call,
          messages,
          interval: duration(intervalMs),
          messageBytes,
          manners: Manners.CHECKS,
        };
        let isFirst = true;
        for await (const _ of lab.count(request, { signal })) {
          if (isFirst) note(call, "FIRST_MESSAGE");
          isFirst = false;
          if (paused) await Promise.race([paused.promise, aborted(signal)]);
        }
      });
      return {
        ...stream,
        pause() {
          paused = Promise.withResolvers();
          note(call, "READER_PAUSES");
        },
        goOn() {
          note(call, "READER_GOES_ON");
          paused?.resolve();
          paused = undefined;
        },
      };
    },
    async rehearse(scenario, pings) {
      const events = lab.rehearse({ rehearsalId, scenario, pings }, { signal: life });
      for await (const { event } of events) if (event) onServerEvent(event);
    },
  };
}

/** As a field of a request. */
function duration(ms: number): { readonly seconds: bigint; readonly nanos: number } {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 };
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

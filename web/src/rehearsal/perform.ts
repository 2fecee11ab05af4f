import { isAsked, untilToken } from "../api/account.ts";
import { wait } from "../api/backoff.ts";
import { type CallEnd, callEndOf } from "../api/call-end.ts";
import type { Clients } from "../api/clients.ts";
import type { LabClient } from "../api/lab-client.ts";
import type { Connections } from "../session/connections.ts";
import { newSearchId } from "../session/search-id.ts";
import { type Offset, readOffset } from "./clock.ts";
import { codeOf } from "./codes.ts";
import { isComplete } from "./compare.ts";
import { type StageEvent, stageEventOf } from "./event.ts";
import { EventLog } from "./log.ts";
import type { Act, Scenario } from "./scenario.ts";
import { createStage } from "./stage.ts";
import { openWatch } from "./watch.ts";

/** How a run ended: played to its end, stopped by a person, or broken off by what a call said. */
export type RunEnd =
  | { readonly kind: "played" }
  | { readonly kind: "stopped" }
  /** The server has no lab. */
  | { readonly kind: "no-lab" }
  | { readonly kind: "broken"; readonly end: CallEnd };

/** Hears how a run goes on. Acts are named by their index. */
export interface RunListener {
  offset(offset: Offset): void;
  begun(act: number): void;
  event(act: number, event: StageEvent): void;
  /** No event of it can come any more. */
  over(act: number): void;
  /** A call waits for one of the browser's connections. */
  waits(): void;
}

export interface RunDeps {
  readonly lab: LabClient;
  readonly clients: Pick<Clients, "finder" | "reports">;
  readonly connections: Connections | undefined;
  /** The page's clock, in milliseconds. */
  readonly now: () => number;
}

// What was expected and has not come after this time is missing. The longest wait is for work
// that goes on although nobody wants it, which is told to last 2 s.
const patienceMs = 6_000;

// Its end is told after everything that the server had to tell before it.
const fence = "fence";

/** Plays the acts of a scenario one after the other. When it is aborted, or at its end, nothing of it is left. */
export async function perform(
  scenario: Scenario,
  deps: RunDeps,
  listener: RunListener,
  signal: AbortSignal,
): Promise<RunEnd> {
  try {
    if (isAsked()) await untilToken(signal, true);
    const offset = await readOffset(deps.lab, deps.now, signal);
    if (offset) listener.offset(offset);
    for (const [index, act] of scenario.acts.entries()) {
      listener.begun(index);
      await playAct(act, deps, offset, signal, {
        onEvent: (event) => listener.event(index, event),
        onWait: listener.waits,
      });
      listener.over(index);
    }
    return { kind: "played" };
  } catch (thrown) {
    if (signal.aborted) return { kind: "stopped" };
    const end = callEndOf(thrown);
    return end.code === codeOf("UNIMPLEMENTED") ? { kind: "no-lab" } : { kind: "broken", end };
  }
}

interface ActListener {
  onEvent(event: StageEvent): void;
  onWait(): void;
}

async function playAct(
  act: Act,
  { lab, clients, connections, now }: RunDeps,
  offset: Offset | undefined,
  run: AbortSignal,
  { onEvent, onWait }: ActListener,
): Promise<void> {
  const rehearsalId = newSearchId();
  const ending = new AbortController();
  const signal = AbortSignal.any([run, ending.signal]);
  const log = new EventLog();
  const add = (event: StageEvent): void => {
    log.add(event);
    if (event.call !== fence && !signal.aborted) onEvent(event);
  };
  const until = (isWanted: (events: readonly StageEvent[]) => boolean) =>
    log.until(isWanted, { atMostMs: patienceMs, signal });

  async function play(): Promise<void> {
    const stage = createStage({
      rehearsalId,
      lab,
      clients,
      connections,
      now,
      signal,
      onEvent: add,
      onServerEvent,
      onWait,
      until,
      pass: async (ms) => {
        await wait(ms, signal);
        signal.throwIfAborted();
      },
    });
    await act.play(stage);
    await until((events) => isComplete(act, events));
    // An event too many must have its chance to be seen: the fence's end comes after it.
    await stage.work(fence, { timeMs: 0 }).ended;
    await until((events) => events.some(({ call, kind }) => call === fence && kind === "CODE_SENT"));
  }

  const onServerEvent: Parameters<typeof createStage>[0]["onServerEvent"] = (event) => {
    const told = stageEventOf(event, offset?.aheadMs ?? 0);
    if (told) add(told);
  };

  try {
    await connections?.hold(signal, onWait);
    const watch = await openWatch(lab, rehearsalId, onServerEvent, signal);
    await Promise.race([play(), watch.broken]);
  } finally {
    ending.abort();
  }
}

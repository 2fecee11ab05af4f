import { askForReport } from "../../../client/report.ts";
import { backoffBefore, wait } from "../api/backoff.ts";
import type { Clients } from "../api/clients.ts";
import type { SearchEvent } from "./search-event.ts";
import { type AskingState, isAsking, type SearchState } from "./search-state.ts";

// The page says "Checking again in 3 s." meanwhile.
const stopRetryMs = 3_000;

export interface Asker {
  /** Starts asking for the present run if its state wants a report, unless that is under way. */
  begin(): void;
  /** Cuts the present wait short. */
  tryNow(): void;
  end(): void;
}

interface AskerDeps {
  current(): SearchState;
  serverInstance(): string | undefined;
  othersRun(): boolean;
  dispatch(event: SearchEvent): void;
}

/** Asks the server for a search's report again and again until it has answered. */
export function askUntilAnswered(reports: Clients["reports"], deps: AskerDeps): Asker {
  const { current, serverInstance, othersRun, dispatch } = deps;
  const life = new AbortController();
  let pause = new AbortController();
  let asked: string | undefined;

  // The state says when the next question is due; every answer leads to the next state.
  async function ask(runId: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await until(stillAsking(runId)?.asking.retryAt);
      const state = stillAsking(runId);
      if (state === undefined) return;
      dispatch({ type: "asking", runId });
      const answer = await askForReport(reports, runId, { reason: reasonOf(state), signal: life.signal });
      if (stillAsking(runId) === undefined) return;
      const at = performance.now();
      const retryAt = at + (state.kind === "lost" ? backoffBefore(attempt) : stopRetryMs);
      const around = { serverInstance: serverInstance(), othersRun: othersRun() };
      dispatch({ type: "answer", runId, at, answer, ...around, retryAt });
    }
  }

  async function until(at: number | undefined): Promise<void> {
    if (at === undefined) return;
    pause = new AbortController();
    await wait(at - performance.now(), AbortSignal.any([pause.signal, life.signal]));
  }

  function stillAsking(runId: string): AskingState | undefined {
    const state = current();
    return !life.signal.aborted && isAsking(state) && state.run.id === runId ? state : undefined;
  }

  return {
    begin() {
      const state = current();
      if (!isAsking(state) || asked === state.run.id) return;
      asked = state.run.id;
      void ask(asked);
    },
    tryNow: () => pause.abort(),
    end: () => life.abort(),
  };
}

function reasonOf(state: AskingState): string {
  switch (state.kind) {
    case "stopping":
    case "unconfirmed":
      return state.stop.reason;
    case "timing-out":
      return "time limit";
    case "lost":
      return "connection lost";
  }
}

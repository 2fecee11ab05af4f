import type { HashNameResponse } from "../../../proto/gen/hash_name/hash_name_pb.ts";
import type { Clients } from "../api/clients.ts";
import { askUntilAnswered } from "./ask-until-answered.ts";
import { carryCall } from "./carry-call.ts";
import type { Connections } from "./connections.ts";
import { collectMatches, type MatchBatch } from "./match-batch.ts";
import type { Match } from "./matches.ts";
import { type Query, requestOf } from "./query.ts";
import { resumeIndex } from "./resume-index.ts";
import type { SearchEvent } from "./search-event.ts";
import { newSearchId } from "./search-id.ts";
import {
  isActive,
  type Progress,
  type Run,
  type SearchState,
  type StopReason,
  type Unreached,
} from "./search-state.ts";
import { startedState, transition } from "./transition.ts";
import { takeTurns } from "./turns.ts";

export interface SearchSession {
  readonly state: SearchState;
  /** Ends the call in this tick and asks for the proof. `at` is when the person pressed. */
  stop(reason: StopReason, at: number): void;
  /** Starts a new run at the first candidate that is not certain to have been tried. */
  resume(): void;
  /** Asks for the report now instead of after the wait. */
  tryNow(): void;
  progress(progress: Progress, ahead: number | undefined): void;
  /** Tells whether the server is reached; `undefined` means that it is. */
  contact(unreached: Unreached | undefined): void;
  /** Takes in what has arrived and waits for its batch. */
  flush(): void;
  /** Gives up a call whose connection is dead, and asks what became of the search. */
  hangUp(): void;
  /** Lets go of everything: the call, the asking. */
  dispose(): void;
}

export interface SessionDeps {
  readonly clients: Pick<Clients, "finder" | "reports">;
  /** Where the browser has few connections: holds one from the sending until the search has ended. */
  readonly connections?: Connections | undefined;
  /** Which run of the server is there now, where known. */
  serverInstance(): string | undefined;
  /** Whether the server works for other searches than this. */
  othersRun(): boolean;
  onState(state: SearchState): void;
}

/** What belongs to one run and goes with it. */
interface OpenRun {
  readonly run: Run;
  readonly controller: AbortController;
  readonly matches: MatchBatch;
  /** Aborted when the search has ended for good and its connection can be given back. */
  readonly life: AbortController;
}

/** Sends the query and carries its search through every run, stop and report. */
export function startSearch(query: Query, deps: SessionDeps): SearchSession {
  return carry(query, undefined, deps);
}

/** Takes up a search of an earlier page: asks what became of it, or waits to be continued. */
export function restoreSearch(kept: SearchState, deps: SessionDeps): SearchSession {
  return carry(kept.query, kept, deps);
}

function carry(query: Query, kept: SearchState | undefined, deps: SessionDeps): SearchSession {
  const { clients, connections, serverInstance, othersRun, onState } = deps;
  let state = kept ?? startedState(query, newRun(0n));
  let open = begin(state.run);
  const asking = askUntilAnswered(clients.reports, {
    current: () => state,
    serverInstance,
    othersRun,
    dispatch,
  });
  if (kept === undefined) void execute(open);
  else asking.begin();

  function newRun(startIndex: bigint): Run {
    const startedAt = performance.now();
    return {
      id: newSearchId(),
      startIndex,
      startedAt,
      serverInstance: serverInstance(),
      received: 0,
      last: undefined,
    };
  }

  function begin(run: Run): OpenRun {
    const matches = collectMatches((batch) => dispatch({ type: "matches", runId: run.id, batch }));
    return { run, controller: new AbortController(), matches, life: new AbortController() };
  }

  function dispatch(event: SearchEvent): void {
    const before = state;
    state = transition(before, event);
    if (state === before) return;
    if (!isActive(state)) open.life.abort();
    onState(state);
    asking.begin();
  }

  async function execute({ run, controller, matches, life }: OpenRun): Promise<void> {
    const runId = run.id;
    if (connections) {
      const isHeld = await connections.hold(life.signal, () => dispatch({ type: "queued", runId }));
      if (!isHeld) return;
      dispatch({ type: "sent", runId, at: performance.now(), serverInstance: serverInstance() });
    }
    const outcome = await carryCall(controller, (signal) => search(run, matches, signal));
    matches.flush();
    dispatch({ type: "ended", runId, at: performance.now(), outcome });
  }

  async function search(run: Run, matches: MatchBatch, signal: AbortSignal): Promise<void> {
    const request = requestOf(query, run.id, run.startIndex);
    const options = { signal, timeoutMs: query.timeLimitMs };
    if (query.mode === "first") {
      matches.add(matchOf(await clients.finder.find(request, options)));
      return;
    }
    const turn = takeTurns();
    for await (const response of clients.finder.findRange(request, options)) {
      matches.add(matchOf(response));
      const ended = turn();
      if (ended !== undefined) await ended;
    }
  }

  return {
    get state() {
      return state;
    },
    stop(reason, at) {
      open.controller.abort();
      open.matches.flush();
      dispatch({ type: "stop", runId: open.run.id, stop: { reason, at } });
    },
    resume() {
      if (isActive(state)) return;
      open = begin(newRun(resumeIndex(state)));
      dispatch({ type: "continue", run: open.run });
      void execute(open);
    },
    tryNow: asking.tryNow,
    progress(progress, ahead) {
      dispatch({ type: "progress", runId: state.run.id, at: performance.now(), progress, ahead });
    },
    contact(unreached) {
      dispatch({ type: "contact", runId: state.run.id, unreached });
    },
    flush: () => open.matches.flush(),
    // The error of the aborted call then makes the state "lost".
    hangUp: () => open.controller.abort(),
    dispose() {
      open.controller.abort();
      open.life.abort();
      open.matches.drop();
      asking.end();
    },
  };
}

function matchOf(response: HashNameResponse): Match {
  const {
    secret,
    hashedName: hash,
    hammingDistance: distance,
    candidateIndex: index,
    matchOffset: offset,
  } = response;
  return { secret, hash, distance, index, offset };
}

import type { Clients } from "../api/clients.ts";
import { watchSilence } from "../api/silence.ts";
import { carryCall, type PlaceHolder } from "./call.ts";
import type { Line } from "./line.ts";
import { isOn, type StreamState, type WaitsFor } from "./stream-state.ts";
import { type StreamEvent, startedStream, streamTransition } from "./stream-transition.ts";

/** One key: its stream's runs, one after the other, never two at once. */
export interface StreamSession {
  readonly state: StreamState;
  /** Ends the run in this tick, also while it waits to be sent. */
  cancel(): void;
  /** Starts a new run, when none is on. */
  start(): void;
}

export interface StreamDeps {
  readonly client: Clients["streams"];
  /** Where the browser has few connections: each run holds one from the sending to its end. */
  readonly places: PlaceHolder | undefined;
  /** Of all keys. */
  readonly line: Line;
  /** The number of the next run over all keys. */
  nextRun(): number;
  onState(state: StreamState): void;
}

/** Starts the key's stream. */
export function startStream(key: string, deps: StreamDeps): StreamSession {
  const { client, places, line, nextRun, onState } = deps;
  let controller = new AbortController();
  let state = startedStream(key, nextRun());
  void execute(state.run, controller);

  function dispatch(event: StreamEvent): void {
    const before = state;
    state = streamTransition(before, event);
    if (state === before) return;
    if (!isOn(state)) line.left(state.run);
    onState(state);
  }

  // A run that is refused is sent again when its turn comes, under a controller
  // of its own: the one before has ended its call.
  async function execute(run: number, mine: AbortController): Promise<void> {
    const waits = (waitsFor: WaitsFor) => () => dispatch({ type: "queued", run, waitsFor });
    if (!(await line.turn(run, mine.signal, waits("server")))) return;
    const outcome = await carryCall({
      controller: mine,
      places,
      life: mine.signal,
      onQueued: waits("connection"),
      onSent: () => dispatch({ type: "sent", run }),
      talk: (signal) => listen(run, signal),
    });
    if (outcome === undefined) return;
    const at = performance.now();
    dispatch({ type: "ended", run, at, outcome });
    if (state.run !== run || state.kind !== "refused") return;
    line.refused(run, Math.round(state.retryAt - at));
    controller = new AbortController();
    await execute(run, controller);
  }

  async function listen(run: number, signal: AbortSignal): Promise<void> {
    const quiet = new AbortController();
    const silence = watchSilence(() => quiet.abort());
    try {
      for await (const { message } of client.stream(
        { key },
        { signal: AbortSignal.any([signal, quiet.signal]) },
      )) {
        silence.heard();
        line.taken(run);
        dispatch({ type: "message", run, message });
      }
    } finally {
      silence.end();
    }
  }

  return {
    get state() {
      return state;
    },
    cancel() {
      if (!isOn(state)) return;
      controller.abort();
      dispatch({ type: "cancel", run: state.run });
    },
    start() {
      if (isOn(state)) return;
      controller = new AbortController();
      const run = nextRun();
      dispatch({ type: "start", run });
      void execute(run, controller);
    },
  };
}

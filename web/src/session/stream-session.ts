import { type Outcome, outcomeOf } from "../../../client/outcome.ts";
import type { Clients } from "../api/clients.ts";
import { watchSilence } from "../api/silence.ts";
import { carryCall } from "./carry-call.ts";
import type { Connections } from "./connections.ts";
import type { Line } from "./line.ts";
import { isOn, type StreamState } from "./stream-state.ts";
import { type StreamEvent, startedStream, streamTransition } from "./stream-transition.ts";

/** One key and the runs of its stream: one after the other, never two at once. */
export interface StreamSession {
  readonly state: StreamState;
  /** Ends the run in this tick, also while it waits to be sent. */
  cancel(): void;
  /** Starts a new run, when none is on. */
  start(): void;
}

export interface StreamDeps {
  readonly client: Clients["streams"];
  /** Where the browser has few connections: each try holds one until its end. */
  readonly connections: Connections | undefined;
  /** Where refused runs of all keys wait. */
  readonly line: Line;
  /** The number of the next run over all keys. */
  nextRun(): number;
  onState(state: StreamState): void;
}

// The server always says how long to wait; a proxy in front of it may not.
const unknownRetryMs = 2_000;

/** Starts the key's stream. */
export function startStream(key: string, deps: StreamDeps): StreamSession {
  const { client, connections, line, nextRun, onState } = deps;
  let controller = new AbortController();
  let state = startedStream(key, nextRun());
  void execute(state.run, controller);

  function dispatch(event: StreamEvent): void {
    const before = state;
    state = streamTransition(before, event);
    if (state !== before) onState(state);
  }

  async function execute(run: number, controller: AbortController): Promise<void> {
    const outcome = await carryCall(controller, (signal) => untilTaken(run, signal));
    dispatch({ type: "ended", run, outcome });
  }

  /** Asks the server until it has a place for the stream, and listens to it. */
  async function untilTaken(run: number, signal: AbortSignal): Promise<void> {
    const onWait = () => dispatch({ type: "queued", run, waitsFor: "server" });
    try {
      do await line.turn(run, signal, onWait);
      while (!(await tryOnce(run, signal)));
    } finally {
      line.left(run);
    }
  }

  /**
   * Listens to the stream if the server takes it; answers false if it does not. A
   * run that waits for the server holds no connection: other calls need it.
   */
  async function tryOnce(run: number, signal: AbortSignal): Promise<boolean> {
    const attempt = new AbortController();
    try {
      await connect(run, AbortSignal.any([signal, attempt.signal]));
      // Others may have been refused while this one waited for its connection.
      if (!line.isTurnOf(run)) return false;
      // A run that has waited for the server is shown as waiting until the server takes it.
      if (state.kind === "queued" && !line.has(run)) dispatch({ type: "sent", run });
      const refusal = await refusalOf(listen(run, signal));
      if (refusal === undefined) return true;
      const { retryAfterMs = unknownRetryMs, ofClient } = refusal;
      dispatch({ type: "refused", run, retryAt: performance.now() + retryAfterMs, ofClient });
      line.refused(run, retryAfterMs);
      return false;
    } finally {
      attempt.abort();
    }
  }

  /** Holds a connection until the signal aborts, where they are few. */
  async function connect(run: number, signal: AbortSignal): Promise<void> {
    const onWait = () => dispatch({ type: "queued", run, waitsFor: "connection" });
    if (connections && !(await connections.hold(signal, onWait))) throw signal.reason;
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

/** How the server refused the call for now; undefined when the call was done. Rejects when it failed otherwise. */
async function refusalOf(call: Promise<void>): Promise<Extract<Outcome, { kind: "busy" }> | undefined> {
  try {
    await call;
  } catch (thrown) {
    const outcome = outcomeOf(thrown);
    if (outcome.kind === "busy") return outcome;
    throw thrown;
  }
}

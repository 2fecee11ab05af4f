import { exitCodeOf, type StopSignal } from "./ending.ts";

// npm passes a terminal's Ctrl-C on to a process that has heard it already:
// a second signal this soon is the same one.
const sameSignalMs = 500;

/** What a person at the terminal does to end the search. */
export interface Stops {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Which one it was. */
  readonly by: StopSignal | undefined;
}

/** Hears SIGINT and SIGTERM: the first stops, and a second one ends the process at once. */
export function listenForStops(onFirst: () => void): Stops {
  const controller = new AbortController();
  let by: StopSignal | undefined;
  let firstAtMs = 0;
  const onSignal = (signal: StopSignal): void => {
    if (by !== undefined) {
      if (performance.now() - firstAtMs > sameSignalMs) process.exit(exitCodeOf({ kind: "stopped", by }));
      return;
    }
    by = signal;
    firstAtMs = performance.now();
    controller.abort();
    onFirst();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    get by() {
      return by;
    },
  };
}

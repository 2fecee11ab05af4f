import { activitySilenceMs, messageEveryMs } from "../../../proto/bounds.ts";
import { isAsked } from "./account.ts";

// Activity and keyed streams send something at least once a second. A network that
// drops packets closes no connection, so that only the silence shows it.
const silenceMs = 4 * Math.max(activitySilenceMs, messageEveryMs);

/** Watches over a stream that must not be silent for long. */
export interface Silence {
  heard(): void;
  end(): void;
}

/** Calls back when nothing was heard for 4 seconds in which nobody waited for a token. */
export function watchSilence(onSilence: () => void): Silence {
  let timer: ReturnType<typeof setTimeout>;
  function heard(): void {
    clearTimeout(timer);
    timer = setTimeout(() => (isAsked() ? heard() : onSilence()), silenceMs);
  }
  heard();
  return { heard, end: () => clearTimeout(timer) };
}

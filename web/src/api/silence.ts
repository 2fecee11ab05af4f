import { activitySilenceMs, messageEveryMs } from "../../../proto/bounds.ts";

// Activity and keyed streams send something at least once a second. A network that
// drops packets closes no connection, so that only the silence shows it.
const silenceMs = 4 * Math.max(activitySilenceMs, messageEveryMs);

/** Watches over a stream that must not be silent for long. */
export interface Silence {
  heard(): void;
  end(): void;
}

/** Calls back when nothing was heard for 4 seconds. */
export function watchSilence(onSilence: () => void): Silence {
  let timer = setTimeout(onSilence, silenceMs);
  return {
    heard() {
      clearTimeout(timer);
      timer = setTimeout(onSilence, silenceMs);
    },
    end: () => clearTimeout(timer),
  };
}

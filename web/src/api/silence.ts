import { activitySilenceMs, messageEveryMs } from "../../../proto/bounds.ts";

// Activity and keyed streams speak at least once a second. A network that drops
// packets closes nothing: only the silence tells.
const silenceMs = 4 * Math.max(activitySilenceMs, messageEveryMs);

/** Waits for something to be heard, again and again. */
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

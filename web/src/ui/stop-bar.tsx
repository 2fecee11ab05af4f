import type { Store } from "../store/store.ts";
import { words } from "./language.ts";

/** On phones Stop is pinned to the bottom of the screen, wherever the card may be. */
export function StopBar({ store }: { readonly store: Store }) {
  const { running } = store;
  const { action } = words.value;
  const latest = running.value[0];
  if (latest === undefined) return null;
  const isOne = running.value.length === 1;
  return (
    <div class="stop-bar">
      <button
        type="button"
        class="stop"
        onClick={(event) => latest.session.stop("Stop button", event.timeStamp)}
      >
        {action.stop} {latest.state.value.query.name}
      </button>
      {!isOne && (
        <button type="button" class="stop" onClick={(event) => store.stopAll("Stop all", event.timeStamp)}>
          {action.stopAll}
        </button>
      )}
    </div>
  );
}

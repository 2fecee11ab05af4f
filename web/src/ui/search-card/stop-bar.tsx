import type { Store } from "../../store/store.ts";
import { actionLabel } from "../parts/card-action.ts";
import { words } from "../parts/language.ts";
import { stopAll, stopOne } from "./stop-from-outside.ts";

/** On phones Stop is pinned to the bottom of the screen, wherever the card may be. */
export function StopBar({ store }: { readonly store: Store }) {
  const { running } = store;
  const { action } = words.value;
  const latest = running.value.find(({ state }) => state.value.kind === "running") ?? running.value[0];
  if (latest === undefined) return null;
  const isOne = running.value.length === 1;
  return (
    <section class="stop-bar" aria-label={action.stop}>
      <button
        type="button"
        class="stop"
        title={action.stopKey}
        onClick={(event) => stopOne(latest, event.timeStamp)}
      >
        {actionLabel(latest.state.value, words.value)} {latest.state.value.query.name}
      </button>
      {!isOne && (
        <button
          type="button"
          class="stop"
          title={action.stopAllKey}
          onClick={(event) => stopAll(store, event.timeStamp)}
        >
          {action.stopAll}
        </button>
      )}
    </section>
  );
}

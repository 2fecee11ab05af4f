import type { Page } from "../page.ts";
import { words } from "../parts/language.ts";
import { actionLabel } from "./card-action.ts";

/** On phones Stop is pinned to the bottom of the screen, wherever the card may be. */
export function StopBar({ page }: { readonly page: Page }) {
  const { running } = page.store;
  const { action } = words.value;
  const latest = running.value.find(({ state }) => state.value.kind === "running") ?? running.value[0];
  if (latest === undefined) return null;
  const isOne = running.value.length === 1;
  return (
    <section class="stop-bar" aria-label={action.stop}>
      <button type="button" class="stop" onClick={(event) => page.stopFromOutside(latest, event.timeStamp)}>
        {actionLabel(latest.state.value, words.value)} {latest.state.value.query.name}
      </button>
      {!isOne && (
        <button type="button" class="stop" onClick={(event) => page.stopFromOutside("all", event.timeStamp)}>
          {action.stopAll}
        </button>
      )}
    </section>
  );
}

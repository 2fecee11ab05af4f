import { isOn } from "../../session/stream-state.ts";
import type { Page } from "../page.ts";
import { useKeptFocus } from "../parts/focus.ts";
import { words } from "../parts/language.ts";
import { pressOnce } from "../parts/press-once.ts";
import { StreamCard } from "./stream-card.tsx";

/** Every key that was pressed, in the order of its first press. */
export function StreamList({ page }: { readonly page: Page }) {
  const { streams } = page;
  const { streams: text } = words.value;
  // Its buttons come and go as streams end by themselves.
  const list = useKeptFocus<HTMLElement>();
  const all = streams.all.value;
  return (
    <section ref={list} class="searches" aria-labelledby="streams-title" tabIndex={-1} onKeyDown={pressOnce}>
      <div class="searches-head">
        <h2 id="streams-title">{text.list}</h2>
        <div class="streams-actions">
          {all.some(({ state }) => !isOn(state.value)) && (
            <button type="button" class="quiet" onClick={page.clearStreams}>
              {text.clear}
            </button>
          )}
          {streams.on.value.length > 1 && (
            <button type="button" class="stop" onClick={page.cancelStreams}>
              {text.cancelAll}
            </button>
          )}
        </div>
      </div>
      {all.length === 0 && <p class="empty">{text.empty}</p>}
      <div class="streams">
        {all.map((stream) => (
          <StreamCard key={stream.key} stream={stream} page={page} />
        ))}
      </div>
    </section>
  );
}

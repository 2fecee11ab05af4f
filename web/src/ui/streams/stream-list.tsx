import { isOn, type StreamState } from "../../session/stream-state.ts";
import type { Streams } from "../../store/streams.ts";
import { keysWords } from "../../words/keys-words.ts";
import { focusKeys, useKeptFocus } from "../parts/focus.ts";
import { words } from "../parts/language.ts";
import { pressOnce } from "../parts/press-once.ts";
import { StreamCard } from "./stream-card.tsx";

interface StreamListProps {
  readonly streams: Streams;
  /** A stream's state in words. */
  readonly say: (state: StreamState) => string;
}

/** Every key that was pressed, in the order of its first press. */
export function StreamList({ streams, say }: StreamListProps) {
  const text = keysWords(words.value);
  // Its buttons come and go as streams end by themselves.
  const list = useKeptFocus<HTMLElement>();
  const all = streams.all.value;

  // The buttons of these two go away when they have been pressed.
  function clear(): void {
    streams.clear();
    focusKeys();
  }

  function cancelAll(): void {
    streams.cancelAll();
    focusKeys();
  }

  return (
    <section ref={list} class="searches" aria-labelledby="streams-title" tabIndex={-1} onKeyDown={pressOnce}>
      <div class="searches-head">
        <h2 id="streams-title">{text.list}</h2>
        <div class="streams-actions">
          {all.some(({ state }) => !isOn(state.value)) && (
            <button type="button" class="quiet" onClick={clear}>
              {text.clear}
            </button>
          )}
          {streams.on.value.length > 1 && (
            <button type="button" class="stop" title={text.cancelAllKey} onClick={cancelAll}>
              {text.cancelAll}
            </button>
          )}
        </div>
      </div>
      {all.length === 0 && <p class="empty">{text.empty}</p>}
      <div class="streams">
        {all.map((stream) => (
          <StreamCard key={stream.key} stream={stream} say={say} onPress={() => streams.toggle(stream.key)} />
        ))}
      </div>
    </section>
  );
}

import { messagesOfStream } from "../../../../proto/bounds.ts";
import { isOn, isWaiting, type StreamState } from "../../session/stream-state.ts";
import type { KeyedStream } from "../../store/streams.ts";
import { keysWords } from "../../words/keys-words.ts";
import { Glyph, type GlyphKind } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { keyName } from "./key-name.ts";

interface StreamCardProps {
  readonly stream: KeyedStream;
  /** The state in words. */
  readonly say: (state: StreamState) => string;
  readonly onPress: () => void;
}

/** One key: its state in words, its progress, its messages, and the button that is the key. */
export function StreamCard({ stream, say, onPress }: StreamCardProps) {
  const state = stream.state.value;
  const name = keyName(stream.key);
  const text = keysWords(words.value);
  return (
    <article class="stream" data-key={stream.key} data-state={state.kind} aria-label={name}>
      <header class="stream-head">
        <h3>
          <kbd>{name}</kbd>
        </h3>
        <button
          type="button"
          class={isOn(state) ? "stop" : "again"}
          {...(isOn(state) && { title: text.cancelKey, "aria-keyshortcuts": "Escape" })}
          onClick={onPress}
        >
          {isOn(state) ? text.cancel : text.start} <span class="unseen">{name}</span>
        </button>
      </header>
      <p class="card-state">
        <Glyph kind={streamGlyph(state)} />
        <span>{say(state)}</span>
      </p>
      <progress max={messagesOfStream} value={state.messages.length} aria-label={text.progressOf(name)} />
      {state.messages.length > 0 && (
        <ol class="stream-messages" aria-label={text.messagesOf(name)}>
          {state.messages.map((message) => (
            <li key={message}>{message}</li>
          ))}
        </ol>
      )}
    </article>
  );
}

function streamGlyph(state: StreamState): GlyphKind {
  if (isWaiting(state)) return "pending";
  switch (state.kind) {
    case "running":
      return "working";
    case "done":
      return "done";
    case "cancelled":
      return "stopped";
    default:
      return "warning";
  }
}

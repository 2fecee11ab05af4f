import { useEffect, useRef } from "preact/hooks";
import { isOn } from "../../session/stream-state.ts";
import type { KeyedStream, Streams } from "../../store/streams.ts";
import { keysWords } from "../../words/keys-words.ts";
import { words } from "../parts/language.ts";
import { pressOnce } from "../parts/press-once.ts";
import { moveInRows } from "../parts/row-keys.ts";
import { KeyField } from "./key-field.tsx";
import { keyName } from "./key-name.ts";
import { typedKey } from "./typed-key.ts";

const usualRows = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"].map((row) => Array.from(row));

// What this project grows out of.
const publishedSearch = "https://github.com/grpc/grpc/tree/master/examples/python/cancellation";
const publishedKeys = "https://qiita.com/crambon/items/9a28ed9df18aa2274c6e";

interface KeyPadProps {
  readonly streams: Streams;
  readonly announce: (line: string) => void;
}

/**
 * Shows every key as a button. While the focus is in here, the keyboard works as
 * well; keys typed elsewhere do nothing (WCAG 2.1.4).
 */
export function KeyPad({ streams, announce }: KeyPadProps) {
  const text = keysWords(words.value);
  const pad = useRef<HTMLFieldSetElement>(null);
  // A person who opens this view wants to type.
  useEffect(() => pad.current?.focus({ preventScroll: true }), []);

  function type(event: KeyboardEvent): void {
    pressOnce(event);
    const key = typedKey(event);
    if (key === undefined) return;
    // Some browsers search the page when "/" is typed.
    event.preventDefault();
    streams.toggle(key);
  }

  const pressed = new Map(streams.all.value.map((stream) => [stream.key, stream]));
  const others = [...pressed.keys()].filter((key) => !usualRows.flat().includes(key));
  return (
    <section class="key-pad" aria-labelledby="keys-title" onKeyDown={type}>
      <h2 id="keys-title">{words.value.streams.title}</h2>
      <p id="keys-intro">
        {text.intro} <span class="hint">{text.keyboard}</span>
      </p>
      <p class="hint key-why">
        {text.why}{" "}
        <a href={publishedSearch} rel="noreferrer">
          {text.searchSource}
        </a>{" "}
        {text.betweenSources}{" "}
        <a href={publishedKeys} hreflang="ja" rel="noreferrer">
          {text.keySource}
        </a>
      </p>
      {/* One stop of the Tab key. */}
      <fieldset
        ref={pad}
        class="keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is typed here starts streams.
        tabIndex={0}
        aria-describedby="keys-intro"
        onKeyDown={moveInRows}
      >
        <legend class="unseen">{text.keys}</legend>
        {[...usualRows, others].map((row, i) => (
          <div key={i} class="key-row">
            {row.map((key) => (
              <Key key={key} name={key} stream={pressed.get(key)} onPress={() => streams.toggle(key)} />
            ))}
          </div>
        ))}
      </fieldset>
      <KeyField announce={announce} onPress={streams.toggle} />
    </section>
  );
}

interface KeyProps {
  readonly name: string;
  readonly stream: KeyedStream | undefined;
  onPress(): void;
}

function Key({ name, stream, onPress }: KeyProps) {
  const state = stream?.state.value;
  return (
    <button
      type="button"
      class="key"
      tabIndex={-1}
      data-state={state?.kind}
      aria-pressed={state !== undefined && isOn(state)}
      onClick={onPress}
    >
      {keyName(name)}
    </button>
  );
}

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { keyViolation, longestKey } from "../../../../proto/key-rule.ts";
import { keysWords } from "../../words/keys-words.ts";
import { Field } from "../parts/field.tsx";
import { words } from "../parts/language.ts";

interface KeyFieldProps {
  readonly announce: (line: string) => void;
  readonly onPress: (key: string) => void;
}

/** A key that no keyboard has: any text of 1 to 64 characters. */
export function KeyField({ announce, onPress }: KeyFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const key = useSignal("");
  const wasRefused = useSignal(false);
  const text = keysWords(words.value);
  const violation = keyViolation(key.value);
  const problem = wasRefused.value && violation ? text.rule(violation) : undefined;

  function submit(event: Event): void {
    event.preventDefault();
    wasRefused.value = violation !== undefined;
    input.current?.focus();
    if (violation) {
      announce(text.invalid(text.rule(violation)));
      return;
    }
    onPress(key.value);
    key.value = "";
  }

  return (
    <form class="key-field" noValidate onSubmit={submit}>
      <Field name="key" problem={problem} label={text.other} hint={text.otherHint(longestKey)}>
        {(attributes) => (
          <input
            {...attributes}
            ref={input}
            type="text"
            value={key.value}
            onInput={(event) => {
              key.value = event.currentTarget.value;
            }}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
          />
        )}
      </Field>
      <button type="submit">{text.press}</button>
    </form>
  );
}

import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { WatchActivityResponse } from "../../../../proto/gen/hash_name/v1/activity_pb.ts";
import { hashLength } from "../../../../proto/rules.ts";
import type { Odds } from "../../odds/odds.ts";
import type { Query } from "../../session/query.ts";
import type { Announcer } from "../../store/announcer.ts";
import { Field } from "../parts/field.tsx";
import { focusName } from "../parts/focus.ts";
import { words } from "../parts/language.ts";
import { DistanceSelect } from "./distance-select.tsx";
import { type FormField, type FormInput, problemsOf, queryOf } from "./form-input.ts";
import type { FormState } from "./form-state.ts";
import { LimitsFields } from "./limits-fields.tsx";
import { LinkButton } from "./link-button.tsx";
import { NearMisses } from "./near-misses.tsx";
import { OddsLine, oddsLineId } from "./odds-line.tsx";

interface SearchFormProps {
  readonly state: FormState;
  readonly odds: Odds;
  readonly rate: ReadonlySignal<number | undefined>;
  readonly activity: ReadonlySignal<WatchActivityResponse | undefined>;
  readonly announce: Announcer["announce"];
  readonly forget: Announcer["forget"];
  readonly onSearch: (query: Query) => void;
}

/** The form of a new search. It stays as it is while searches run. */
export function SearchForm({
  state: { input, wasRefused, isFolded },
  odds,
  rate,
  activity,
  announce,
  forget,
  onSearch,
}: SearchFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const { form: text, action, state } = words.value;
  const problems = wasRefused.value ? problemsOf(input.value, words.value) : {};
  const { name, wrongAllowed, alsoShow } = input.value;

  // A person who opens this view wants to type a name, unless the focus is on the link that led here.
  useEffect(() => {
    if (document.activeElement === document.body) focusName({ preventScroll: true });
  }, []);

  const wasFolded = useRef(false);
  useEffect(() => {
    if (wasFolded.current && !isFolded.value) focusName();
    wasFolded.current = isFolded.value;
  }, [isFolded.value]);

  function change(part: Partial<FormInput>): void {
    input.value = { ...input.value, ...part };
    // What was refused is being corrected.
    forget("form");
  }

  function submit(event: Event): void {
    event.preventDefault();
    const found = Object.entries(problemsOf(input.value, words.value));
    wasRefused.value = found.length > 0;
    const [first] = found;
    if (first === undefined) {
      onSearch(queryOf(input.value));
      return;
    }
    const [field, sentence] = first;
    announce(state.refusedInput(sentence), "form");
    const control = form.current?.querySelector<HTMLElement>(`[name="${field}"]`);
    // What is folded away cannot take the focus.
    control?.closest("details")?.setAttribute("open", "");
    control?.focus();
  }

  const field = (name: FormField) => ({ name, problem: problems[name] });
  return (
    <form
      ref={form}
      class="search-form"
      data-folded={isFolded.value}
      aria-label={text.legend}
      noValidate
      onSubmit={submit}
    >
      <button
        type="button"
        class="unfold"
        onClick={() => {
          isFolded.value = false;
        }}
      >
        {text.legend}
      </button>
      <Field {...field("desired_name")} label={text.name} hint={text.nameHint} class="field-name">
        {(attributes) => (
          <input
            {...attributes}
            type="text"
            value={name}
            onInput={(event) => change({ name: event.currentTarget.value })}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="search"
          />
        )}
      </Field>
      <DistanceSelect
        {...field("ideal_hamming_distance")}
        label={text.wrongAllowed}
        from={0}
        to={name.trim().length || hashLength}
        value={wrongAllowed}
        onChange={(value) => change({ wrongAllowed: value })}
      />
      <button type="submit" class="primary" aria-describedby={oddsLineId}>
        {action.search}
      </button>
      <NearMisses
        wrongAllowed={wrongAllowed}
        alsoShow={alsoShow}
        nameLength={name.trim().length}
        problem={problems.interesting_hamming_distance}
        onChange={(value) => change({ alsoShow: value })}
      />
      <OddsLine
        input={input.value}
        odds={odds}
        rate={rate}
        activity={activity}
        isRefused={Object.keys(problems).length > 0}
      />
      <LimitsFields input={input.value} problems={problems} activity={activity} onChange={change} />
      <LinkButton input={input} announce={announce} />
    </form>
  );
}

import { effect, type Signal, signal } from "@preact/signals";
import { emptyForm, type FormInput } from "./form-input.ts";
import { hasInput, inputFromLink, linkFor } from "./search-link.ts";

/** What is typed into the form. It outlives the form, which is away while another view is shown. */
export interface FormState {
  readonly input: Signal<FormInput>;
  /** Problems are shown only after a person has asked for something. */
  readonly wasRefused: Signal<boolean>;
  /** On a phone the form makes room for the search that it began. */
  readonly isFolded: Signal<boolean>;
}

// Safari refuses more than 100 changes of the address in 30 seconds.
const settledMs = 350;

/** The form as the link fills it in that opened the page. From then on the address follows the form. */
export function formOfAddress(): FormState {
  const input = signal(inputFromLink(location.search));
  const wasRefused = signal(hasInput(location.search));

  function follow(): void {
    const query = linkFor(input.peek(), location.search);
    if (query !== location.search)
      history.replaceState(history.state, "", `${location.pathname}${query}${location.hash}`);
  }

  effect(() => {
    void input.value;
    const timer = setTimeout(follow, settledMs);
    return () => clearTimeout(timer);
  });
  // An entry that a person goes back to may have been left before the latest text was typed.
  addEventListener("popstate", follow);
  return { input, wasRefused, isFolded: signal(false) };
}

/** Fills the form in anew. Answers with what it then says. */
export function fillIn({ input, wasRefused }: FormState, given: Partial<FormInput>): FormInput {
  input.value = { ...emptyForm, ...given };
  wasRefused.value = false;
  return input.value;
}

import { useSignal } from "@preact/signals";
import type { RefObject, TargetedSubmitEvent } from "preact";
import { useEffect, useId } from "preact/hooks";
import type { Account } from "../../api/account.ts";
import { nameOfToken } from "../../api/name-of-token.ts";
import { accountWords } from "../../words/account-words.ts";
import { Field } from "../parts/field.tsx";
import { words } from "../parts/language.ts";

interface AccountDialogProps {
  readonly dialog: RefObject<HTMLDialogElement | null>;
  /** Called when it can be shown. */
  onReady(): void;
  /** Called once the server knows the token. */
  onToken(account: Account): void;
}

/** Asks for a token, over the page. Esc puts it off. */
export function AccountDialog({ dialog, onReady, onToken }: AccountDialogProps) {
  const text = accountWords(words.value);
  const titleId = useId();
  const problem = useSignal<"wrong" | "unreached" | undefined>(undefined);
  const isAsking = useSignal(false);
  useEffect(onReady, []);

  async function ask(event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const input = form.elements.namedItem("token") as HTMLInputElement;
    const token = input.value.trim();
    if (isAsking.peek()) return;
    isAsking.value = true;
    // The same problem again is said again.
    problem.value = undefined;
    try {
      const name = await nameOfToken(token);
      problem.value = name === undefined ? "wrong" : undefined;
      if (name === undefined) return;
      form.reset();
      onToken({ token, name });
    } catch {
      problem.value = "unreached";
    } finally {
      isAsking.value = false;
      if (problem.peek()) input.focus();
    }
  }

  return (
    <dialog ref={dialog} class="sheet account-dialog" aria-labelledby={titleId}>
      <form class="sheet-body" onSubmit={ask}>
        <h2 id={titleId}>{text.title}</h2>
        <Field
          name="token"
          label={text.token}
          hint={text.hint}
          problem={problem.value && text[problem.value]}
        >
          {(attributes) => <input {...attributes} type="password" autocomplete="off" required autofocus />}
        </Field>
        {/* The page's live region is out of reach while the dialog lies over it. */}
        <p class="unseen" role="alert">
          {problem.value && text[problem.value]}
        </p>
        <button type="submit" class="primary" aria-disabled={isAsking.value}>
          {text.go}
        </button>
      </form>
    </dialog>
  );
}

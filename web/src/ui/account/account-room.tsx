import { createRef, type VNode } from "preact";
import { type Account, setAccount } from "../../api/account.ts";
import { keepAccount } from "../../api/keep-account.ts";
import { account, isAsked } from "../../store/account.ts";
import { accountWords } from "../../words/account-words.ts";
import { words } from "../parts/language.ts";
import { AccountDialog } from "./account-dialog.tsx";

/** What the page shows where a server asks who one is. */
export interface AccountView {
  /** Who one is, and the way to be nobody, or somebody. */
  readonly line: VNode | undefined;
  /** Lies over the page while a token is asked for. */
  readonly dialog: VNode | undefined;
}

const dialog = createRef<HTMLDialogElement>();
let given: PromiseWithResolvers<void> | undefined;

/** What the page needs of it. */
export const accountRoom = { ask, view };

/** Asks for a token until there is one. A person who has put the dialog off is asked again at the next thing they start. */
function ask(isInsisted: boolean): Promise<void> {
  given ??= Promise.withResolvers();
  if (isInsisted) show();
  return given.promise;
}

function view(name = ""): AccountView {
  const text = accountWords(words.value);
  if (isAsked.value) {
    const line = (
      <p class="account">
        {text.needed}{" "}
        <button type="button" onClick={show}>
          {text.give}
        </button>
      </p>
    );
    return { line, dialog: <AccountDialog dialog={dialog} onReady={show} onToken={take} /> };
  }
  if (name === "") return { line: undefined, dialog: undefined };
  const line = (
    <p class="account">
      {text.you(name)}{" "}
      {account.value && (
        <button type="button" class="quiet" onClick={signOut}>
          {text.signOut}
        </button>
      )}
    </p>
  );
  return { line, dialog: undefined };
}

function show(): void {
  if (!dialog.current?.open) dialog.current?.showModal();
}

function take(next: Account): void {
  keepAccount(next);
  const before = account.peek();
  if (before && before.name !== next.name) beginAgain();
  else {
    dialog.current?.close();
    setAccount(next);
    given?.resolve();
    given = undefined;
  }
}

function signOut(): void {
  keepAccount(undefined);
  beginAgain();
}

/** The page begins again, at its bare address, so that nothing of whom one was stays on it; its calls end with it. */
function beginAgain(): void {
  const begin = () => location.replace(location.pathname);
  // Who goes back may be shown this page as it was left.
  addEventListener("pageshow", begin);
  begin();
}

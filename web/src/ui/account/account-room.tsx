import { signal } from "@preact/signals";
import { createRef, type VNode } from "preact";
import { type Account, ownAccount, setAccount } from "../../api/account.ts";
import { keepAccount } from "../../api/keep-account.ts";
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
const isWanted = signal(false);
let given = Promise.withResolvers<void>();

/** What the page needs of it. */
export const accountRoom = { ask, view };

/** Asks for a token until there is one. A person who has put the dialog off is asked again at the next thing they start. */
function ask(url = ""): Promise<void> {
  if (!isWanted.peek()) {
    given = Promise.withResolvers();
    isWanted.value = true;
  } else if (/Finder|Message/.test(url)) {
    show();
  }
  return given.promise;
}

function view(name = ""): AccountView {
  const text = accountWords(words.value);
  if (isWanted.value) {
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
      {ownAccount() && (
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

function take(account: Account): void {
  dialog.current?.close();
  isWanted.value = false;
  keepAccount(account);
  setAccount(account);
  given.resolve();
}

/** The page begins again, so that nothing of whom one was stays on it; its calls end with it. */
function signOut(): void {
  keepAccount(undefined);
  location.reload();
}

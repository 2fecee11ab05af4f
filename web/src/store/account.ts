import { signal } from "@preact/signals";
import * as tab from "../api/account.ts";

/** Who this tab is to a server that asks for tokens; undefined until there is one. */
export const account = signal(tab.ownAccount());

/** Whether calls wait for a token. */
export const isAsked = signal(tab.isAsked());

tab.onAccount(() => {
  account.value = tab.ownAccount();
  isAsked.value = tab.isAsked();
});

import type { Account } from "./account.ts";

/** Keeps who this tab is, or forgets it. A browser may deny storage: then it lasts as long as the page. */
export function keepAccount(account: Account | undefined): void {
  try {
    if (account) sessionStorage.account = JSON.stringify(account);
    else delete sessionStorage.account;
  } catch {
    // Storage is denied.
  }
}

import { searchOwnerHeader } from "../../../proto/headers.ts";

/** Who this tab is to a server that asks for tokens. */
export interface Account {
  readonly token: string;
  /** As the server calls the token's holder. */
  readonly name: string;
}

/** Asks the person, because of a call to this address; resolves once there is a token. */
export type Asker = (url: string) => Promise<void>;

const unauthenticated = "16";

let account: Account | undefined;
let ask: Asker = () => new Promise(() => {});
let asked: Promise<void> | undefined;
let onChange = (): void => {};

/** Undefined until there is a token. It lasts as long as the tab, and is in no other. */
export function ownAccount(): Account | undefined {
  try {
    account ??= JSON.parse(sessionStorage.account);
  } catch {
    // There is none, or storage is denied: then a token lasts as long as the page.
  }
  return account;
}

/** Takes another token from now on; `keepAccount` keeps it beyond the page. */
export function setAccount(next: Account): void {
  account = next;
  onChange();
}

/** Says how the person is asked, once for the page. */
export function askBy(asker: Asker): void {
  ask = asker;
}

/** Says who is told when there is another token. */
export function onAccount(listener: () => void): void {
  onChange = listener;
}

/** Whether calls wait for a token. */
export function isAsked(): boolean {
  return asked !== undefined;
}

/**
 * Fetches as whoever this tab is. A call that the server refuses for want of a token
 * waits for one and is sent again: it knows nothing of it.
 */
export async function fetchSigned(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  for (;;) {
    const token = ownAccount()?.token;
    const headers = new Headers(init?.headers);
    headers.set(searchOwnerHeader, searchOwner());
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch(input, { ...init, headers });
    if (response.headers.get("grpc-status") !== unauthenticated) return response;
    if (token === ownAccount()?.token) await untilAsked(String(input), init?.signal);
  }
}

function untilAsked(url: string, signal: AbortSignal | null | undefined): Promise<void> {
  const answer = ask(url);
  asked ??= answer.finally(() => {
    asked = undefined;
  });
  return new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
    asked?.then(resolve, reject);
  });
}

/** A UUID that all tabs of this browser share; empty over plain HTTP from another machine, which makes none. */
function searchOwner(): string {
  try {
    localStorage.owner ??= crypto.randomUUID();
    return localStorage.owner;
  } catch {
    return "";
  }
}

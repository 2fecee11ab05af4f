import { searchOwnerHeader } from "../../../proto/headers.ts";

/** Who this tab is to a server that asks for tokens. */
export interface Account {
  readonly token: string;
  /** As the server calls the token's holder. */
  readonly name: string;
}

/** Asks the person; resolves once there is a token. `isInsisted`: because of something that the person has started. */
export type Asker = (isInsisted: boolean) => Promise<void>;

const unauthenticated = "16";

let account = kept();
let waits = false;
let ask: Asker = () => new Promise(() => {});
const listeners: (() => void)[] = [];

/** Undefined until there is a token. It lasts as long as the tab, and is in no other. */
export function ownAccount(): Account | undefined {
  return account;
}

/** Whether calls wait for a token. */
export function isAsked(): boolean {
  return waits;
}

/** Says who is told when there is another token, and when calls begin or cease to wait for one. */
export function onAccount(listener: () => void): void {
  listeners.push(listener);
}

/** Takes another token from now on; `keepAccount` keeps it beyond the page. */
export function setAccount(next: Account): void {
  account = next;
  tell();
}

/** Says how the person is asked, once for the page. */
export function askBy(asker: Asker): void {
  ask = asker;
}

/**
 * Fetches as whoever this tab is. A call that the server refuses for want of a token
 * waits for one and is sent again: it knows nothing of it.
 */
export async function fetchSigned(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  for (;;) {
    const token = account?.token;
    const headers = new Headers(init?.headers);
    headers.set(searchOwnerHeader, searchOwner());
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch(input, { ...init, headers });
    if (response.headers.get("grpc-status") !== unauthenticated) return response;
    if (token === account?.token) await untilToken(init?.signal);
  }
}

/**
 * Has the person asked for a token, and waits for it.
 *
 * @throws the signal's reason, when it aborts first
 */
export async function untilToken(signal?: AbortSignal | null, isInsisted = false): Promise<void> {
  wait(true);
  const given = ask(isInsisted).finally(() => wait(false));
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal?.reason);
  signal?.addEventListener("abort", leave);
  if (signal?.aborted) leave();
  try {
    await Promise.race([given, aborted]);
  } finally {
    signal?.removeEventListener("abort", leave);
  }
}

function wait(isWaiting: boolean): void {
  if (waits === isWaiting) return;
  waits = isWaiting;
  tell();
}

function tell(): void {
  for (const each of listeners) each();
}

function kept(): Account | undefined {
  try {
    return JSON.parse(sessionStorage.account);
  } catch {
    // There is none, or storage is denied: then a token lasts as long as the page.
    return undefined;
  }
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

import type { QuotaLimits } from "../calls/limits.ts";
import type { WhenDown } from "../quotas/shared-store.ts";
import { ConfigError } from "./config-error.ts";

/** What clients may have over time, and where that is kept. */
export interface QuotaConfig {
  readonly limits: QuotaLimits;
  /** Of Redis or Valkey; undefined: in this process. */
  readonly store: string | undefined;
  readonly whenDown: WhenDown;
}

/** Its flags, as the list of all has them. */
export const quotaFlags = {
  // Off: on a loopback address a person is the only client, and at once there are 16.
  "searches-per-minute": {
    value: "NUMBER",
    fallback: "0",
    does: "searches that one client may ask for in a minute; 0 for any number",
  },
  "hash-credit": {
    value: "NUMBER",
    fallback: "0",
    does: "hashes that one client may compute when it has not computed for long; 0 for any number",
  },
  "hash-credit-per-second": {
    value: "NUMBER",
    fallback: "0",
    does: "hashes of it that come back a second",
  },
  "quota-store": {
    value: "URL",
    fallback: "",
    does: "Redis or Valkey that servers share their clients' quotas in, such as redis://10.0.0.5:6379; else in memory",
  },
  "quota-store-down": {
    value: "ACTION",
    fallback: "refuse",
    does: "while the store is gone: refuse searches, or allow them with each server counting for itself",
  },
} as const;

type Flag = keyof typeof quotaFlags;

/**
 * The quotas from their flags.
 *
 * @param hasTokens whether there are tokens, which may have quotas of their own
 * @throws ConfigError
 */
export function quotasFrom(
  text: (flag: Flag) => string,
  whole: (flag: Flag, least: number, most: number) => number,
  hasTokens: boolean,
): QuotaConfig {
  const limits = {
    searchesPerMinute: whole("searches-per-minute", 0, 1_000_000),
    hashCredit: whole("hash-credit", 0, Number.MAX_SAFE_INTEGER),
    hashCreditPerSecond: whole("hash-credit-per-second", 0, Number.MAX_SAFE_INTEGER),
  };
  if (limits.hashCredit > 0 !== limits.hashCreditPerSecond > 0) {
    throw new ConfigError("--hash-credit and --hash-credit-per-second go together: give both.");
  }
  const store = storeFrom(text("quota-store"));
  // A line of the token file may have quotas of its own, now or when it is read again.
  if (store !== undefined && limits.searchesPerMinute === 0 && limits.hashCredit === 0 && !hasTokens) {
    throw new ConfigError(
      "--quota-store keeps quotas: give --searches-per-minute or --hash-credit as well, or a --token-file that has them.",
    );
  }
  const whenDown = (["refuse", "allow"] as const).find((name) => name === text("quota-store-down"));
  if (!whenDown) {
    throw new ConfigError(`--quota-store-down must be refuse or allow, not "${text("quota-store-down")}".`);
  }
  return { limits, store, whenDown };
}

function storeFrom(text: string): string | undefined {
  if (text === "") return undefined;
  const url = URL.parse(text);
  if (url && /^rediss?:$/.test(url.protocol) && url.hostname !== "") return text;
  // Not the text itself: it may have a password.
  throw new ConfigError("--quota-store must be a URL such as redis://10.0.0.5:6379 or rediss://.");
}

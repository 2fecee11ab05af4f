import type { SearchState } from "../session/search-state.ts";
import { chosenFrom } from "./chosen-from.ts";
import type { Sentences, Words } from "./en.ts";
import { proxyEn } from "./proxy-en.ts";
import { proxyJa } from "./proxy-ja.ts";
import { proxyZh } from "./proxy-zh.ts";

/** What is said of a call that a proxy ended. */
export type ProxyWords = Sentences<typeof proxyEn>;

/** What is said of a call that a proxy ended, in the language of the dictionary. */
export const proxyWords = chosenFrom<ProxyWords>([proxyEn, proxyZh, proxyJa]);

/** The state of a search whose call a proxy ended; undefined for every other. */
export function proxySays(
  state: SearchState,
  dictionary: Words,
  serverTimeLimitMs: number | undefined,
): string | undefined {
  if ((state.kind !== "lost" && state.kind !== "back") || state.pageLeft) return undefined;
  const { proxyStatus } = state;
  // That other machines have not confirmed comes first.
  const isOpen = state.kind === "lost" && state.asking.endsBy !== undefined;
  if (proxyStatus === undefined || isOpen) return undefined;
  const words = proxyWords(dictionary);
  const limit = serverTimeLimitMs === undefined ? undefined : dictionary.numbers.duration(serverTimeLimitMs);
  return words.joined(endedBy(proxyStatus), state.kind === "back" ? words.stopped : dictionary.state.cutOff);

  function endedBy(status: number): string {
    if (status === 504) return words.timeout(limit);
    return status === 502 || status === 503 ? words.noServer(status) : words.other(status);
  }
}

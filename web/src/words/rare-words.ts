import { hashesOf } from "../session/figures.ts";
import type { SearchState } from "../session/search-state.ts";
import { chosenFrom } from "./chosen-from.ts";
import type { Sentences, Words } from "./en.ts";
import { rareEn } from "./rare-en.ts";
import { rareJa } from "./rare-ja.ts";
import { rareZh } from "./rare-zh.ts";

// By its number: a value that both the first script and a later one use splits the first.
const credit = 8 satisfies NonNullable<SearchState["report"]>["ending"];

/** What is said of endings that are rare. */
export type RareWords = Sentences<typeof rareEn>;

/** What is said of endings that are rare, in the language of the dictionary. */
export const rareWords = chosenFrom<RareWords>([rareEn, rareZh, rareJa]);

/** The state of a search whose call a proxy ended, or whose credit is spent; undefined for every other. */
export function rarelySaid(
  state: SearchState,
  dictionary: Words,
  serverTimeLimitMs: number | undefined,
): string | undefined {
  if (state.kind === "budget") {
    const isCredit = state.report?.ending === credit;
    return isCredit ? rareWords(dictionary).credit(dictionary.numbers.count(hashesOf(state))) : undefined;
  }
  if ((state.kind !== "lost" && state.kind !== "back") || state.pageLeft) return undefined;
  const { proxyStatus } = state;
  // That other machines have not confirmed comes first.
  const isOpen = state.kind === "lost" && state.asking.endsBy !== undefined;
  if (proxyStatus === undefined || isOpen) return undefined;
  const words = rareWords(dictionary);
  const limit = serverTimeLimitMs === undefined ? undefined : dictionary.numbers.duration(serverTimeLimitMs);
  return words.joined(endedBy(proxyStatus), state.kind === "back" ? words.stopped : dictionary.state.cutOff);

  function endedBy(status: number): string {
    if (status === 504) return words.timeout(limit);
    return status === 502 || status === 503 ? words.noServer(status) : words.other(status);
  }
}

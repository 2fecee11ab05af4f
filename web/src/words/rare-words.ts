import { areOwnWorkersIdle, type OpenMachines, openMachines } from "../../../client/machines.ts";
import { hashesOf } from "../session/figures.ts";
import { askedAfter, isAsking, type SearchState } from "../session/search-state.ts";
import { chosenFrom } from "./chosen-from.ts";
import type { Sentences, Words } from "./en.ts";
import { rareEn } from "./rare-en.ts";
import { rareJa } from "./rare-ja.ts";
import { rareZh } from "./rare-zh.ts";
import type { Surroundings } from "./state-words.ts";

// By its number: a value that both the first script and a later one use splits the first.
const credit = 8 satisfies NonNullable<SearchState["report"]>["ending"];

/** How long to wait, in words; undefined when nobody knows. */
export type Wait = string | "over" | undefined;

/** What is said of endings that are rare. */
export type RareWords = Sentences<typeof rareEn>;

/** What is said of endings that are rare, in the language of the dictionary. */
export const rareWords = chosenFrom<RareWords>([rareEn, rareZh, rareJa]);

/** What a person reads of a state that most searches never have; undefined for every other. */
export function rarelySaid(
  state: SearchState,
  dictionary: Words,
  { now, serverTimeLimitMs, isAsked }: Surroundings,
): string | undefined {
  const words = rareWords(dictionary);
  if (isAsking(state)) {
    const { endsBy } = state.asking;
    // That other machines have not confirmed comes first.
    if (endsBy !== undefined) return words.open(askedAfter(state), openOf(state), seconds(endsBy - now));
    if (isAsked) return words.withoutToken;
  }
  switch (state.kind) {
    case "queued":
      return isAsked ? words.forToken : undefined;
    case "refused-busy":
      return refusal(state);
    case "shutdown":
      // The report of one that was begun comes with its end.
      return state.report || state.progress ? undefined : words.leaving;
    case "budget":
      return state.report?.ending === credit
        ? words.credit(dictionary.numbers.count(hashesOf(state)))
        : undefined;
    case "lapsed":
      return words.lapsed(state.after, openOf(state));
    case "lost":
    case "back": {
      const { proxyStatus, pageLeft } = state;
      if (proxyStatus === undefined || pageLeft) return undefined;
      const then = state.kind === "back" ? words.stopped : dictionary.state.cutOff;
      return words.joined(endedBy(proxyStatus), then);
    }
  }

  function refusal({
    retryAfterMs,
    ofClient,
    quota,
    endedAt = now,
  }: Extract<SearchState, { readonly kind: "refused-busy" }>): string {
    const full = quota ?? (ofClient ? "client" : "server");
    return words.joined(words.full[full], words.again(wait(), full === "client"));

    function wait(): Wait {
      if (retryAfterMs === undefined) return undefined;
      // The server's "in 20 s" was said when it refused.
      const left = retryAfterMs - Math.max(0, now - endedAt);
      return left > 0 ? seconds(left) : "over";
    }
  }

  function seconds(ms: number): string {
    return dictionary.numbers.duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
  }

  function endedBy(status: number): string {
    const limit =
      serverTimeLimitMs === undefined ? undefined : dictionary.numbers.duration(serverTimeLimitMs);
    if (status === 504) return words.timeout(limit);
    return status === 502 || status === 503 ? words.noServer(status) : words.other(status);
  }
}

function openOf({ report }: SearchState): OpenMachines {
  return {
    names: openMachines(report).map(({ name }) => name),
    areOthersIdle: report !== undefined && areOwnWorkersIdle(report),
  };
}

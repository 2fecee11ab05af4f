import { fieldOf, violations } from "../../../proto/rules.ts";
import type { SearchState } from "../session/search-state.ts";
import type { Words } from "./en.ts";

type Refused = Extract<SearchState, { readonly kind: "refused-input" }>;

/**
 * Why the server refused the input, in the page's language. The server speaks
 * English, but the page has the same rules: it finds the broken rule of the same
 * field and says it itself. A violation that the page does not know stays in the
 * server's words.
 */
export function refusalWords({ query, violations: refused }: Refused, { everyone }: Words): string {
  const broken = violations({
    desiredName: query.name,
    idealHammingDistance: query.wrongAllowed,
    interestingHammingDistance: query.alsoShow,
    searchId: "",
    startIndex: 0n,
  });
  return refused
    .map(({ field, sentence }) => {
      const known = broken.find(({ rule }) => fieldOf[rule] === field);
      return known === undefined ? sentence : everyone.rule(known);
    })
    .join(" ");
}

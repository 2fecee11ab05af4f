import type { ReadonlySignal } from "@preact/signals";
import { violations } from "../../../../proto/rules.ts";
import { middle } from "../../odds/chance.ts";
import { isFlood } from "../../odds/flood.ts";
import type { Odds } from "../../odds/odds.ts";
import type { Query } from "../../session/query.ts";
import { words } from "../parts/language.ts";
import { type FormInput, queryOf } from "./form-input.ts";

interface OddsLineProps {
  readonly input: FormInput;
  readonly odds: Odds;
  readonly rate: ReadonlySignal<number | undefined>;
  /** Whether the problems of the input are shown at its fields. */
  readonly isRefused: boolean;
}

export const oddsLineId = "odds-line";

/** How likely a match is and how long it may take, while the search is being typed. It describes the Search button. */
export function OddsLine({ input, odds, rate, isRefused }: OddsLineProps) {
  const query = queryOf(input);
  const flood = floodOf(query, odds, rate.value);
  return (
    <div class="odds-line" id={oddsLineId}>
      <p>{isRefused ? "" : lineOf(query, odds, rate.value)}</p>
      {flood !== undefined && <p class="flood">{flood}</p>}
    </div>
  );
}

function lineOf(query: Query, odds: Odds, rate: number | undefined): string {
  const { odds: text, everyone } = words.value;
  const broken = brokenRules(query);
  const impossible = broken.find(({ rule }) => rule === "name-impossible");
  if (impossible) return everyone.rule(impossible);
  if (broken.length > 0) return query.name === "" ? text.none : "";
  const chance = odds.chance(query.name, query.wrongAllowed);
  return chance === undefined ? text.computing : text.line(middle(chance), rate);
}

function floodOf(query: Query, odds: Odds, rate: number | undefined): string | undefined {
  if (query.alsoShow <= query.wrongAllowed || brokenRules(query).length > 0) return undefined;
  const ending = odds.chance(query.name, query.wrongAllowed);
  const shown = odds.chance(query.name, query.alsoShow);
  if (!ending || !shown || !isFlood(middle(shown), middle(ending), rate)) return undefined;
  return words.value.odds.flood(query.alsoShow, middle(shown), rate);
}

function brokenRules({ name, wrongAllowed, alsoShow }: Query) {
  return violations({
    desiredName: name,
    idealHammingDistance: wrongAllowed,
    interestingHammingDistance: alsoShow,
    searchId: "",
    startIndex: 0n,
  });
}

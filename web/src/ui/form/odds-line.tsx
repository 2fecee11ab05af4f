import type { ReadonlySignal } from "@preact/signals";
import { chanceAfter, hashesUntil, nextMark } from "../../../../client/odds/after-hashes.ts";
import { middle } from "../../../../client/odds/chance.ts";
import type { WatchActivityResponse } from "../../../../proto/gen/hash_name/v1/activity_pb.ts";
import { violations } from "../../../../proto/rules.ts";
import type { Odds } from "../../odds/odds.ts";
import { hashesWithin } from "../../odds/within-limits.ts";
import { type HoldingLimits, holdingLimits } from "../../session/holding-limits.ts";
import type { Query } from "../../session/query.ts";
import { words } from "../parts/language.ts";
import { onDemand } from "../parts/later.ts";
import { type FormInput, queryOf } from "./form-input.ts";

// Most searches and servers give no reason for them.
const notes = onDemand(() => import("./form-notes.tsx"));

interface OddsLineProps {
  readonly input: FormInput;
  readonly odds: Odds;
  readonly rate: ReadonlySignal<number | undefined>;
  readonly activity: ReadonlySignal<WatchActivityResponse | undefined>;
  /** Whether the problems of the input are shown at its fields. */
  readonly isRefused: boolean;
}

export const oddsLineId = "odds-line";

/** How likely a match is and how long it may take, while the search is being typed. It describes the Search button. */
export function OddsLine({ input, odds, rate, activity, isRefused }: OddsLineProps) {
  const query = queryOf(input);
  const { limits, hashCredit } = activity.value ?? {};
  const listsMore = query.alsoShow > query.wrongAllowed && brokenRules(query).length === 0;
  const room = listsMore || hashCredit ? notes() : undefined;
  const flood = listsMore ? room?.floodOf(query, odds, rate.value) : undefined;
  // How fast a search is that lists more than can be taken in, nobody knows beforehand.
  const perSecond = flood?.isSlowed ? undefined : rate.value;
  const within = isRefused
    ? undefined
    : withinOf(query, odds, perSecond, holdingLimits(query, limits, hashCredit?.left));
  return (
    <div class="odds-line" id={oddsLineId}>
      <p>{isRefused ? "" : lineOf(query, odds, perSecond)}</p>
      {within !== undefined && <p class="within">{within}</p>}
      {room?.notesOn(flood, hashCredit)}
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

/** The chance within the limits that will hold, and what a bigger budget would give. */
function withinOf(
  query: Query,
  odds: Odds,
  perSecond: number | undefined,
  holding: HoldingLimits,
): string | undefined {
  if (brokenRules(query).length > 0) return undefined;
  const chance = odds.chance(query.name, query.wrongAllowed);
  const hashes = hashesWithin(holding, perSecond);
  if (chance === undefined || hashes === undefined) return undefined;
  const p = middle(chance);
  const reached = chanceAfter(p, hashes);
  const mark = nextMark(reached);
  const needed = mark === undefined ? undefined : hashesUntil(p, mark);
  return words.value.odds.within(holding, reached, mark, needed, perSecond);
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

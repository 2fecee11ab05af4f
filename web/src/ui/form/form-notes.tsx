import { middle } from "../../../../client/odds/chance.ts";
import type { HashCredit } from "../../../../proto/gen/hash_name/v1/activity_pb.ts";
import { isFlood, isSlowedByListing } from "../../odds/flood.ts";
import type { Odds } from "../../odds/odds.ts";
import type { Query } from "../../session/query.ts";
import { formNotes } from "../../words/form-notes-words.ts";
import { words } from "../parts/language.ts";

/** More near misses than anybody can take in. */
interface Flood {
  readonly distance: number;
  /** How likely one is, per hash. */
  readonly chance: number;
  readonly perSecond: number | undefined;
  /** Whether to list them takes longer than to hash. */
  readonly isSlowed: boolean;
}

/** The flood that a search brings, if it does; `perSecond` is the server's rate. */
export function floodOf(query: Query, odds: Odds, perSecond: number | undefined): Flood | undefined {
  const ending = odds.chance(query.name, query.wrongAllowed);
  const shown = odds.chance(query.name, query.alsoShow);
  if (!ending || !shown || !isFlood(middle(shown), middle(ending), perSecond)) return undefined;
  const chance = middle(shown);
  return { distance: query.alsoShow, chance, perSecond, isSlowed: isSlowedByListing(chance, perSecond) };
}

/** Warns of a flood; says what is left of a person's hash credit, and how fast it comes back. */
export function notesOn(flood: Flood | undefined, hashCredit: HashCredit | undefined) {
  const { credit, floodSlows, flood: floods } = formNotes(words.value);
  return (
    <>
      {flood && (
        <p class="flood">
          {(flood.isSlowed ? floodSlows : floods)(flood.distance, flood.chance, flood.perSecond)}
        </p>
      )}
      {hashCredit && <p>{credit(hashCredit.left, hashCredit.full, hashCredit.perSecond)}</p>}
    </>
  );
}

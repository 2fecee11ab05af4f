import { hashLength } from "../../proto/rules.ts";
import type { Chance } from "./chance.ts";
import { symbolChance } from "./symbols.ts";

/**
 * The chance that a folded name matches within `distance` at any offset, by walking over
 * the 28 positions of a hash with the mismatches of every alignment that is under way.
 * An alignment that can no longer match is forgotten; a hash in which one can no longer
 * fail is counted and not followed further. The result is exact while there are at most
 * `maximumStates`; beyond that the unlikeliest states are dropped, and the bounds differ
 * by their mass.
 */
export function chanceOfUnion(name: string, distance: number, maximumStates: number): Chance {
  if (distance >= name.length) return { low: 1, high: 1 };
  let states: ReadonlyMap<number, number> = new Map([[0, 1]]);
  let found = 0;
  let dropped = 0;
  for (let position = 0; position < hashLength; position++) {
    const { steps, symbols } = planOf(name, distance, position);
    const next = new Map<number, number>();
    for (const [code, mass] of states) {
      // The code has one digit per alignment. `missed` is the next code if no alignment gets its character.
      let rest = code;
      let missed = 0;
      const gains: number[] = [];
      for (const { radix, onMiss, onHit } of steps) {
        const digit = rest % radix;
        rest = (rest - digit) / radix;
        const miss = onMiss[digit] ?? 0;
        missed += miss;
        gains.push((onHit[digit] ?? 0) - miss);
      }
      for (const { chance, hits } of symbols) {
        let to = missed;
        for (const hit of hits) to += gains[hit] ?? 0;
        if (to === Number.POSITIVE_INFINITY) found += mass * chance;
        else next.set(to, (next.get(to) ?? 0) + mass * chance);
      }
    }
    dropped += drop(next, maximumStates);
    states = next;
  }
  return { low: found, high: Math.min(1, found + dropped) };
}

/** What one more character does to an alignment, as its share of the next state's code. */
interface Step {
  readonly radix: number;
  readonly onMiss: readonly number[];
  /** Infinite where the alignment can no longer fail. */
  readonly onHit: readonly number[];
}

/** Characters that hit the same alignments, with their chance together. */
interface Symbols {
  readonly chance: number;
  readonly hits: readonly number[];
}

function planOf(name: string, distance: number, position: number) {
  const live: number[] = [];
  const lastOffset = hashLength - name.length;
  for (
    let offset = Math.max(0, position - name.length + 1);
    offset <= Math.min(position, lastOffset);
    offset++
  ) {
    live.push(offset);
  }
  let weight = 1;
  const steps = live.map((offset): Step => {
    const before = rangeOf(position - offset, name.length, distance);
    const after = rangeOf(position + 1 - offset, name.length, distance);
    // The last digit is that of an alignment which can no longer match.
    const dead = after.most - after.fewest + 1;
    const share = weight;
    const value = (misses: number) =>
      misses < after.fewest ? Number.POSITIVE_INFINITY : Math.min(misses - after.fewest, dead) * share;
    const digits = Array.from({ length: before.most - before.fewest + 1 }, (_, i) => before.fewest + i);
    // At the end of an alignment it has matched or is dead, so that its digit is always 0.
    weight *= dead + 1;
    return {
      radix: digits.length + 1,
      onMiss: [...digits.map((misses) => value(misses + 1)), dead * share],
      onHit: [...digits.map(value), dead * share],
    };
  });
  return { steps, symbols: symbolsAt(name, position, live) };
}

/** The mismatches with which an alignment that has seen `seen` characters may both match and fail. */
function rangeOf(seen: number, length: number, distance: number) {
  return { fewest: Math.max(0, distance - (length - seen) + 1), most: Math.min(seen, distance) };
}

function symbolsAt(name: string, position: number, live: readonly number[]): readonly Symbols[] {
  let other = 1;
  const symbols: Symbols[] = [];
  for (const character of new Set(live.map((offset) => name.charAt(position - offset)))) {
    const chance = symbolChance(character, position);
    if (chance === 0) continue;
    other -= chance;
    const hits = [...live.keys()].filter((i) => name.charAt(position - (live[i] ?? 0)) === character);
    symbols.push({ chance, hits });
  }
  // Every chance is a multiple of 1/64, so this subtraction is exact.
  return other > 0 ? [...symbols, { chance: other, hits: [] }] : symbols;
}

/** Drops the unlikeliest states beyond the maximum; returns their mass. */
function drop(states: Map<number, number>, maximumStates: number): number {
  if (states.size <= maximumStates) return 0;
  const masses = Float64Array.from(states.values()).sort();
  const least = masses[masses.length - maximumStates] ?? 0;
  let dropped = 0;
  for (const [code, mass] of states) {
    if (mass >= least) continue;
    dropped += mass;
    states.delete(code);
  }
  return dropped;
}

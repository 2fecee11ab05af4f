import { hashLength } from "../../proto/rules.ts";
import type { Chance } from "./chance.ts";
import { symbolChance } from "./symbols.ts";

/**
 * Bonferroni's bounds on the chance that a folded name matches within `distance` at any
 * offset: sum(P) - sum(pairs) <= p <= sum(P). Cheap for every name; tight while p is
 * small and the name does not overlap with itself.
 */
export function bonferroniBounds(name: string, distance: number): Chance {
  const last = hashLength - name.length;
  const single = Array.from({ length: last + 1 }, (_, offset) => chanceAt(name, distance, offset));
  const sum = single.reduce((total, p) => total + p, 0);
  const least = Math.max(0, ...single);
  let pairs = 0;
  for (let apart = 1; apart <= last; apart++) {
    // Away from the end of the hash, pairs that are as far apart are alike.
    let inner: number | undefined;
    for (let offset = 0; offset + apart <= last; offset++) {
      if (apart >= name.length) {
        pairs += (single[offset] ?? 0) * (single[offset + apart] ?? 0);
      } else if (offset + apart + name.length <= hashLength - 2) {
        inner ??= chanceOfBoth(name, distance, offset, apart);
        pairs += inner;
      } else {
        pairs += chanceOfBoth(name, distance, offset, apart);
      }
    }
  }
  return { low: Math.max(least, sum - pairs), high: Math.min(1, sum) };
}

/** A Poisson-binomial sum: the chance of at most `distance` mismatches at one offset. */
export function chanceAt(name: string, distance: number, offset: number): number {
  let counts = new Float64Array(distance + 1);
  counts[0] = 1;
  for (let i = 0; i < name.length; i++) {
    const p = symbolChance(name.charAt(i), offset + i);
    counts = counts.map((mass, m) => mass * p + (counts[m - 1] ?? 0) * (1 - p));
  }
  return counts.reduce((total, mass) => total + mass, 0);
}

/** The chance that the name matches both at `offset` and `apart` positions further on. */
function chanceOfBoth(name: string, distance: number, offset: number, apart: number): number {
  const width = distance + 1;
  let masses = new Float64Array(width * width);
  masses[0] = 1;
  for (let position = offset; position < offset + apart + name.length; position++) {
    const first = name.charAt(position - offset);
    const second = name.charAt(position - offset - apart);
    const next = new Float64Array(width * width);
    for (const [chance, missesFirst, missesSecond] of outcomes(first, second, position)) {
      if (chance <= 0) continue;
      for (let a = missesFirst; a < width; a++) {
        for (let b = missesSecond; b < width; b++) {
          const at = a * width + b;
          next[at] = (next[at] ?? 0) + chance * (masses[at - missesFirst * width - missesSecond] ?? 0);
        }
      }
    }
    masses = next;
  }
  return masses.reduce((total, mass) => total + mass, 0);
}

type Outcome = readonly [chance: number, missesFirst: 0 | 1, missesSecond: 0 | 1];

// `charAt` gives "" outside of the name, where nothing can be missed.
function outcomes(first: string, second: string, position: number): readonly Outcome[] {
  const p = symbolChance(first === "" ? second : first, position);
  if (second === "")
    return [
      [p, 0, 0],
      [1 - p, 1, 0],
    ];
  if (first === "")
    return [
      [p, 0, 0],
      [1 - p, 0, 1],
    ];
  if (first === second)
    return [
      [p, 0, 0],
      [1 - p, 1, 1],
    ];
  const q = symbolChance(second, position);
  return [
    [p, 0, 1],
    [q, 1, 0],
    [1 - p - q, 1, 1],
  ];
}

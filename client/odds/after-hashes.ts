/**
 * The chance of at least one match in `hashes` tries of chance `p` each. Plain powers
 * would answer 0 for p = 1e-17 and 1e16 hashes, where it is 9.5 %.
 */
export function chanceAfter(p: number, hashes: number): number {
  if (hashes <= 0 || p <= 0) return 0;
  return -Math.expm1(hashes * Math.log1p(-Math.min(1, p)));
}

/** How many hashes bring the chance of a match to `chance`. */
export function hashesUntil(p: number, chance: number): number {
  return Math.log1p(-chance) / Math.log1p(-Math.min(1, p));
}

/** The marks of the chance bar. There is none at 100 %: it is never reached. */
export const marks = [0.5, 0.75, 0.95] as const;

/** The first mark above the chance of now. */
export function nextMark(chance: number): number | undefined {
  return marks.find((mark) => mark > chance);
}

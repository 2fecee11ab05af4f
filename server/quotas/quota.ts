/** A bucket that each client has of its own, and that fills by itself: what it may take, and how fast that comes back. */
export interface Quota {
  /** What is counted. */
  readonly of: "searches" | "hashes";
  /** What a full bucket holds, at most 2^53 - 1. */
  readonly capacity: number;
  /** What comes back a second; a fraction where it is less than one. */
  readonly perSecond: number;
}

/** What to take from a bucket: as much as there is of `most`, but nothing where that is less than `least`. */
export interface Wish {
  readonly least: number;
  /** Below 0: so much is put back. */
  readonly most: number;
}

/** What was taken, and what is left after it. */
export interface Taken {
  /** A whole number. */
  readonly granted: number;
  readonly left: number;
}

/** A bucket as it stood at a time, in milliseconds of any steady clock. It is full where nothing is known of it. */
export interface Level {
  readonly amount: number;
  readonly atMs: number;
}

/** What the bucket holds now. */
export function amountAt({ capacity, perSecond }: Quota, level: Level | undefined, nowMs: number): number {
  if (!level) return capacity;
  return Math.min(capacity, level.amount + (Math.max(0, nowMs - level.atMs) * perSecond) / 1000);
}

/** What a wish gets of an amount. The store's script does the same. */
export function grantOf({ least, most }: Wish, amount: number): number {
  const granted = Math.min(most, Math.floor(amount));
  return granted < least ? 0 : granted;
}

/** In how many milliseconds a bucket that holds so much will hold `least`. */
export function msUntil({ perSecond }: Quota, least: number, amount: number): number {
  return Math.max(0, Math.ceil(((least - amount) * 1000) / perSecond));
}

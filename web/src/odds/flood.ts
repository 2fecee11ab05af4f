// What a page can show and a person can read has long ended here.
const matchesASecond = 1_000;
// Of a server that has not told its speed, nor been seen at work: a slow one.
const unknownRate = 1_000_000;

/** Whether a search would bring in matches by the thousand; chances are per hash, `perSecond` is in hashes. */
export function isFlood(shown: number, ending: number, perSecond: number | undefined): boolean {
  // A search that soon ends is none, however dense its matches.
  return shown * (perSecond ?? unknownRate) > matchesASecond && shown > matchesASecond * ending;
}

// Far more than a page can show and a person can read.
const matchesASecond = 1_000;
// Assumed of a server that has not told its speed and has not been seen at work: that it is slow.
const unknownRate = 1_000_000;

// A page took in 75,000 a second of a search that could have found 73 million (Chromium, two cores).
const mostListedASecond = 75_000;

/** Whether listing them, not hashing, sets the search's speed, so that the server's tells nothing of it. */
export function isSlowedByListing(shown: number, perSecond: number | undefined): boolean {
  return shown * (perSecond ?? unknownRate) > mostListedASecond;
}

/** Whether a search would bring in matches by the thousand; chances are per hash, `perSecond` is in hashes. */
export function isFlood(shown: number, ending: number, perSecond: number | undefined): boolean {
  // A search that soon ends is not a flood, however dense its matches are.
  return shown * (perSecond ?? unknownRate) > matchesASecond && shown > matchesASecond * ending;
}

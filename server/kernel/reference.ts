import { secretAt } from "./candidate.ts";
import { closestWithin } from "./closest-within.ts";
import { hashLength } from "./distance.ts";
import { MatchCollector } from "./match-list.ts";
import { maximumMatches, type Scan } from "./scan.ts";
import { digestLength, sha1 } from "./sha1.ts";
import { kindsOfDigest, kindsOfName } from "./symbols.ts";

/** Candidates between two polls: about a millisecond of work. */
const candidatesPerPoll = 1024;

/** The kernel that decides what is right: one candidate after the other, written as the RFCs are. */
export const scanPlainly: Scan = ({ name, idealDistance, listedDistance, start, count }, poll) => {
  const wanted = kindsOfName(name);
  const digest = new Uint8Array(digestLength);
  const found = new Uint8Array(hashLength);
  const matches = new MatchCollector();
  let secret = secretAt(start);
  let tried = 0;
  while (tried < count) {
    sha1(secret, digest);
    kindsOfDigest(digest, found);
    const window = closestWithin(listedDistance, wanted, found);
    if (window) matches.add(tried, window.distance, window.offset, digest);
    tried++;
    if ((window && window.distance <= idealDistance) || matches.length === maximumMatches) break;
    if (tried % candidatesPerPoll === 0 && poll(tried)) break;
    secret = next(secret);
  }
  return { tried, matches: matches.take() };
};

/** The candidate after this one, in the same buffer as long as the length is the same. */
function next(secret: Uint8Array): Uint8Array {
  for (let i = secret.length - 1; i >= 0; i--) {
    const byte = secret[i] as number;
    if (byte < 0xff) {
      secret[i] = byte + 1;
      return secret;
    }
    secret[i] = 0;
  }
  return new Uint8Array(secret.length + 1);
}

import { closestWithin } from "../closest-within.ts";
import { hashLength } from "../distance.ts";
import { MatchCollector, type MatchList } from "../match-list.ts";
import { maximumMatches, type ScanJob } from "../scan.ts";
import { digestLength } from "../sha1.ts";
import { kindsOfDigest, kindsOfName } from "../symbols.ts";

/** Looks at the digests of one scan exactly, one after the other, and lists the matches. */
export class Sieve {
  /** The digest to look at next, 20 bytes for the caller to write. */
  readonly digest = new Uint8Array(digestLength);
  readonly #found = new Uint8Array(hashLength);
  readonly #matches = new MatchCollector();
  readonly #wanted: Uint8Array;
  readonly #idealDistance: number;
  readonly #listedDistance: number;

  constructor({ name, idealDistance, listedDistance }: ScanJob) {
    this.#wanted = kindsOfName(name);
    this.#idealDistance = idealDistance;
    this.#listedDistance = listedDistance;
  }

  /**
   * Lists the candidate if its digest matches.
   *
   * @param index from the start of the scan
   * @returns whether the scan ends with this candidate: it is ideal, or the list is full
   */
  isLast(index: number): boolean {
    kindsOfDigest(this.digest, this.#found);
    const window = closestWithin(this.#listedDistance, this.#wanted, this.#found);
    if (!window) return false;
    this.#matches.add(index, window.distance, window.offset, this.digest);
    return window.distance <= this.#idealDistance || this.#matches.length === maximumMatches;
  }

  take(): MatchList {
    return this.#matches.take();
  }
}

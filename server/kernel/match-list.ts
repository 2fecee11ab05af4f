import { digestLength } from "./sha1.ts";

/** Matches of one scan, packed so that they cross threads without copies. */
export interface MatchList {
  readonly length: number;
  /** Candidates from the start of the scan to each match. */
  readonly indexes: Uint32Array<ArrayBuffer>;
  /** Hamming distance of each. */
  readonly distances: Uint8Array<ArrayBuffer>;
  /** Start of the matching window in each hash. */
  readonly offsets: Uint8Array<ArrayBuffer>;
  /** 20 bytes of each. */
  readonly digests: Uint8Array<ArrayBuffer>;
}

/** Collects matches in buffers that grow, up to a capacity known beforehand. */
export class MatchCollector {
  #length = 0;
  #indexes = new Uint32Array(16);
  #distances = new Uint8Array(16);
  #offsets = new Uint8Array(16);
  #digests = new Uint8Array(16 * digestLength);

  get length(): number {
    return this.#length;
  }

  add(index: number, distance: number, offset: number, digest: Uint8Array): void {
    if (this.#length === this.#indexes.length) this.#grow();
    this.#indexes[this.#length] = index;
    this.#distances[this.#length] = distance;
    this.#offsets[this.#length] = offset;
    this.#digests.set(digest, this.#length * digestLength);
    this.#length++;
  }

  /** The matches in buffers of exactly their size. */
  take(): MatchList {
    return {
      length: this.#length,
      indexes: this.#indexes.slice(0, this.#length),
      distances: this.#distances.slice(0, this.#length),
      offsets: this.#offsets.slice(0, this.#length),
      digests: this.#digests.slice(0, this.#length * digestLength),
    };
  }

  #grow(): void {
    this.#indexes = enlarged(this.#indexes, new Uint32Array(this.#indexes.length * 4));
    this.#distances = enlarged(this.#distances, new Uint8Array(this.#distances.length * 4));
    this.#offsets = enlarged(this.#offsets, new Uint8Array(this.#offsets.length * 4));
    this.#digests = enlarged(this.#digests, new Uint8Array(this.#digests.length * 4));
  }
}

function enlarged<T extends Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(from: T, into: T): T {
  into.set(from);
  return into;
}

/**
 * Matches as they go over the wire, made where they were found and handed on
 * without being looked at again: HashNameResponse messages, each in the frame
 * that gRPC, gRPC-Web and Connect share (a byte of flags, four of length), back
 * to back.
 */
export interface PackedMatches {
  readonly count: number;
  readonly frames: Uint8Array<ArrayBuffer>;
  /** Where in `frames` each match ends, in order. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Candidates from the start of the scan to each match. */
  readonly indexes: Uint32Array<ArrayBuffer>;
  /** Whether the last match is ideal: it ends its search. */
  readonly endsIdeal: boolean;
}

/** The memory behind, to be handed to another thread without a copy. */
export function transferOf({ frames, ends, indexes }: PackedMatches): ArrayBuffer[] {
  return [frames.buffer, ends.buffer, indexes.buffer];
}

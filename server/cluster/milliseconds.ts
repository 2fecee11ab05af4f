import type { Duration } from "@bufbuild/protobuf/wkt";

/** A Duration in milliseconds, with their fraction: protobuf-es's own `durationMs` rounds to whole ones. */
export function milliseconds({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}

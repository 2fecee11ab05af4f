/** Status codes by their names in gRPC's documentation, each at the place that is its number. */
export const statusNames = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

export type StatusName = (typeof statusNames)[number];

/** 1 for "CANCELLED". */
export function codeOf(name: StatusName): number {
  return statusNames.indexOf(name);
}

/** "CANCELLED" for 1. */
export function statusName(code: number): string {
  return statusNames[code] ?? String(code);
}

/** Every code but OK. */
export const errorCodes: readonly number[] = statusNames.map(codeOf).slice(1);

/** Status codes as gRPC counts them, by their names in its documentation. */
export const statusCodes = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type StatusName = keyof typeof statusCodes;

/** Every code but OK. */
export const errorCodes: readonly number[] = Object.values(statusCodes).filter((code) => code !== 0);

const names = new Map(Object.entries(statusCodes).map(([name, code]) => [code as number, name]));

/** "CANCELLED" for 1. */
export function statusName(code: number): string {
  return names.get(code) ?? String(code);
}

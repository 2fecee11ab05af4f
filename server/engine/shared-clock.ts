/** Nanoseconds of the monotonic clock that all threads share; `performance.now()` begins anew in each. */
export function sharedNs(): bigint {
  return process.hrtime.bigint();
}

/** Its milliseconds, with their fraction. */
export function sharedMs(): number {
  return Number(sharedNs()) / 1e6;
}

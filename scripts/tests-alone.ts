/**
 * The test files that hold a measured time or an even share against a bound with
 * little room: they run alone, because files beside them take the cores that they
 * measure. With what each measures.
 */
export const testsAlone: Readonly<Record<string, string>> = {
  "tests/unit/remote-workers.test.ts": "ranges sized by the speed at which they come back",
  "tests/unit/searches.test.ts": "time limits",
  "tests/rpc/balancer.test.ts": "interrupts that servers answer within 500 ms",
  "tests/rpc/cancelling.test.ts": "hashes that are computed after a Stop",
  "tests/rpc/continuing.test.ts": "breaks that must come before a search has ended",
  "tests/rpc/find-stop.test.ts": "that two signals come within half a second",
  "tests/rpc/machines.test.ts": "interrupts that servers answer within 500 ms",
  "tests/rpc/proxies.test.ts": "the time from a client's close to idle workers",
  "tests/rpc/python-worker.test.ts": "that a worker in Python stops within half a second",
  "tests/rpc/rolling-restart.test.ts": "restarts that must come before a search has ended",
  "tests/rpc/watching.test.ts": "the second between messages",
};

/**
 * The test files that hold a measured time or an even share against a bound with
 * little room: they run alone, because files beside them take the cores that they
 * measure. With what each measures.
 */
export const testsAlone: Readonly<Record<string, string>> = {
  "tests/unit/searches.test.ts": "time limits, and shares of the workers' time",
  "tests/rpc/cancelling.test.ts": "hashes that are computed after a Stop",
  "tests/rpc/keyed-streams.test.ts": "the seconds between messages, and how soon a call ends",
  "tests/rpc/python-worker.test.ts": "how soon a worker in Python stops",
  "tests/rpc/watching.test.ts": "the time between messages",
};

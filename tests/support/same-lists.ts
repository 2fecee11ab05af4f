import assert from "node:assert/strict";
import { inspect, isDeepStrictEqual } from "node:util";

/** Says in words where two long lists differ: the platform takes minutes to print the difference of thousands of matches. */
export function assertSameLists(found: readonly unknown[], wanted: readonly unknown[]): void {
  const longest = found.length > wanted.length ? found : wanted;
  const at = longest.findIndex((_, i) => !isDeepStrictEqual(found[i], wanted[i]));
  if (at < 0) return;
  assert.fail(
    `${found.length} instead of ${wanted.length}; number ${at} is ${inspect(found[at])} instead of ${inspect(wanted[at])}`,
  );
}

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readActivity } from "../support/activity.ts";
import { startServer } from "../support/server.ts";

describe("the first activity of a server that has never searched", () => {
  for (const [kernel, isMeasured] of [
    ["auto", true],
    ["simd-x4", false],
  ] as const) {
    test(`with --kernel ${kernel} ${isMeasured ? "tells" : "does not tell"} the expected speed`, async () => {
      const server = await startServer({ args: ["--kernel", kernel] });
      const { expectedHashesPerSecond, hashesComputed } = await readActivity(server.url);
      assert.equal(expectedHashesPerSecond > 0, isMeasured, String(expectedHashesPerSecond));
      assert.equal(hashesComputed, 0n);
      await server.stop();
    });
  }
});

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { secretAt } from "../../server/kernel/candidate.ts";
import { candidateAt } from "../../web/src/session/candidate.ts";
import { lastTried, sampleAt, sampleOf } from "../../web/src/ui/search-card/sample.ts";
import { after, progress, reported, stop } from "./session-fixtures.ts";

test("the page knows the candidates in the server's own order", () => {
  for (const index of [0n, 1n, 256n, 257n, 65_792n, 65_793n, 2n ** 64n - 1n])
    assert.deepEqual(candidateAt(index), secretAt(index));
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (index) => {
      assert.deepEqual(candidateAt(index), secretAt(index));
    }),
  );
});

test("a sample is the candidate's own hash, and says where it is nearest to the name", async () => {
  const { bytes, hash, offset, isHit } = await sampleAt(159_768_583n, "doctor");
  assert.equal(bytes, "08 84 DF 06");
  assert.equal(hash, createHash("sha1").update(Buffer.from("0884df06", "hex")).digest("base64"));
  assert.equal(hash.slice(offset, offset + 6).toLowerCase(), "doctor");
  assert.equal(isHit, false, "what is a hit is the server's word");
});

test("a match is shown as the bytes that were found", () => {
  const match = {
    secret: "CITfBg==",
    hash: "5VdOcToRIRJ7fOxYSJDnahvxVzo=",
    distance: 0,
    index: 0n,
    offset: 2,
  };
  assert.deepEqual(sampleOf(match), { bytes: "08 84 DF 06", hash: match.hash, offset: 2, isHit: true });
});

test("only what was tried is shown, and after a Stop the last of it", () => {
  assert.equal(lastTried(after()), undefined);
  const running = {
    ...progress,
    progress: { nextIndex: 500n, hashes: 500n, hashesPerSecond: 1, matchesSent: 0n },
  };
  assert.equal(lastTried(after(running)), 499n);
  assert.equal(lastTried(after(running, stop, reported({ nextIndex: 600n }))), 599n);
});

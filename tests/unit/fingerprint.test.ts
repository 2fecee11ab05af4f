import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { canHash, fingerprintOf, nearestIn } from "../../web/src/session/fingerprint.ts";
import { base64Of, bytesOf, hexOf, shellLineOf } from "../../web/src/session/secret.ts";
import { plainMatches } from "../support/reference.ts";

const sha1 = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("base64");
const someBytes: readonly Uint8Array[] = [
  new Uint8Array(),
  Buffer.from("%s%d\\n'\"$HOME`\r\n!"),
  Buffer.from("%%%"),
  // An octal escape takes three digits at most: what follows is a byte of its own.
  Buffer.from([0, 0x30, 0x37, 7, 0x31, 0xff, 0xc3, 0x8f]),
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
];

// What people have; the first is the one that every system has.
for (const shell of ["/bin/sh", "/bin/bash", "/bin/dash", "/bin/zsh"].filter(existsSync)) {
  test(`the line to check a match by prints its fingerprint in ${shell}`, () => {
    for (const bytes of someBytes) {
      const line = shellLineOf(bytes);
      const { stdout, stderr } = spawnSync(shell, ["-c", line], { encoding: "utf8" });
      assert.equal(stderr, "");
      assert.equal(stdout, `${sha1(bytes)}\n`, line);
    }
  });
}

test("a line for a shell is plain text, whatever the bytes are", () => {
  assert.equal(
    shellLineOf(Uint8Array.of(0, 7, 0xc3, 0x8f)),
    "printf '\\000\\007\\303\\217' | openssl dgst -sha1 -binary | base64",
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.match(shellLineOf(bytes), /^printf '(\\[0-3][0-7]{2})*' \| /);
    }),
  );
});

test("a fingerprint is the SHA-1 of the bytes, in base64", async () => {
  assert.equal(canHash(), true);
  for (const bytes of someBytes) assert.equal(await fingerprintOf(new Uint8Array(bytes)), sha1(bytes));
});

test("a page that is not from a secure address cannot hash", (t) => {
  t.mock.getter(globalThis, "crypto", () => ({}) as Crypto);
  assert.equal(canHash(), false);
});

test("the nearest stretch is where the server finds it, with as many wrong letters", () => {
  const found = plainMatches({
    start: 0n,
    count: 2_000,
    name: "Doc",
    idealDistance: 0,
    listedDistance: 3,
  });
  assert.ok(found.length > 100);
  for (const { hash, offset, distance } of found)
    assert.deepEqual(nearestIn(hash, "Doc"), { offset, distance });
});

test("a stretch lies within the hash, and where no letter is right it is the first", () => {
  assert.deepEqual(nearestIn("AAAAAAdo", "doctor"), { offset: 0, distance: 6 });
  assert.deepEqual(nearestIn("AAAA", "zz"), { offset: 0, distance: 2 });
  assert.deepEqual(nearestIn("Az", "zz"), { offset: 0, distance: 1 });
});

test("bytes are read from base64 and written as people write them, and what is no base64 is none", () => {
  assert.deepEqual(bytesOf("CITfBg=="), Uint8Array.of(8, 0x84, 0xdf, 6));
  assert.equal(hexOf(Uint8Array.of(8, 0x84, 0xdf, 6)), "08 84 DF 06");
  assert.equal(bytesOf("*"), undefined);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(bytesOf(base64Of(bytes)), new Uint8Array(bytes));
    }),
  );
});

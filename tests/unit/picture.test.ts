import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { pictured } from "../../web/src/ui/intro/pictured.ts";

test("the page's picture of a hash is true", () => {
  const bytes = Buffer.from(pictured.bytes.replaceAll(" ", ""), "hex");
  assert.equal(createHash("sha1").update(bytes).digest("base64"), pictured.hash.join(""));
  assert.equal(pictured.hash[1].toLowerCase(), "doctor");
});

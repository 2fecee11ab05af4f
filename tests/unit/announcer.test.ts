import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { createAnnouncer } from "../../web/src/store/announcer.ts";

describe("the one live region", () => {
  test("says what was there first until something is announced", (t) => {
    const { announcer, pass } = announcing(t);
    assert.equal(announcer.text.value, "Ready.");
    announcer.announce("Found.");
    assert.equal(announcer.text.value, "Found.");
    pass(250);
    announcer.announce("Stopped.", "a");
    assert.equal(announcer.text.value, "Stopped.", "what was said a quarter of a second ago has been read");
  });

  test("reads out together what comes together, of each topic the latest", (t) => {
    const { announcer, pass } = announcing(t);
    announcer.announce("a stops.", "a");
    pass(100);
    announcer.announce("b stops.", "b");
    pass(249);
    announcer.announce("a has stopped.", "a");
    assert.equal(announcer.text.value, "a has stopped. b stops.");
    announcer.announce("Copied.");
    announcer.announce("Saved.");
    assert.equal(announcer.text.value, "a has stopped. b stops. Saved.", "what has no topic is one topic");
  });

  test("mentions progress at once when nothing was said, then once in 20 seconds at most", (t) => {
    const { announcer, pass } = announcing(t);
    announcer.mention(() => "1,000 hashes.");
    assert.equal(announcer.text.value, "1,000 hashes.");
    pass(19_999);
    announcer.mention(() => assert.fail("it is not even asked for"));
    pass(1);
    announcer.mention(() => "2,000 hashes.");
    assert.equal(announcer.text.value, "2,000 hashes.");
    pass(19_000);
    announcer.announce("Found.");
    pass(19_000);
    announcer.mention(() => assert.fail("the last line was not progress, and counts all the same"));
  });
});

function announcing(t: TestContext) {
  let now = 5;
  t.mock.method(performance, "now", () => now);
  return {
    announcer: createAnnouncer("Ready."),
    pass(ms: number): void {
      now += ms;
    },
  };
}

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { createAnnouncer } from "../../web/src/store/announcer.ts";

describe("the one live region", () => {
  test("says what was there first until something is announced", (t) => {
    const { announcer, pass } = announcing(t);
    assert.equal(announcer.text.value, "Ready.");
    announcer.announce("Found.");
    pass(150);
    assert.equal(announcer.text.value, "Found.");
  });

  test("says at most one text a second, of each topic the latest", (t) => {
    const { announcer, pass } = announcing(t);
    const said: string[] = [];
    announcer.text.subscribe((text) => said.push(text));
    for (let i = 0; i < 30; i++) {
      announcer.announce(`a ${i}.`, "a");
      if (i === 2) announcer.announce("b stops.", "b");
      pass(100);
    }
    pass(1_000);
    assert.deepEqual(said, ["Ready.", "a 1.", "a 11. b stops.", "a 21.", "a 29."]);
  });

  test("says what is true when it is said", (t) => {
    const { announcer, pass } = announcing(t);
    let state = "searching";
    announcer.announce(() => state);
    state = "waiting";
    pass(150);
    assert.equal(announcer.text.value, "waiting");
  });

  test("leaves out a line that has nothing to say any more, and says nothing where all have", (t) => {
    const { announcer, pass } = announcing(t);
    announcer.announce("Copied.", "copy");
    announcer.announce(() => "", "searches");
    announcer.announce("Removed.", "history");
    pass(150);
    assert.equal(announcer.text.value, "Copied. Removed.");
    pass(2_000);
    announcer.announce(() => "", "searches");
    pass(150);
    assert.equal(announcer.text.value, "Copied. Removed.");
  });

  test("takes a line back when its cause has gone", (t) => {
    const { announcer, pass } = announcing(t);
    announcer.announce("Not started.", "form");
    announcer.announce("Copied.", "copy");
    pass(150);
    announcer.forget("form");
    assert.equal(announcer.text.value, "Not started. Copied.", "the other line still stands");
    announcer.forget("copy");
    assert.equal(announcer.text.value, "Ready.");
    announcer.announce("Not started.", "form");
    announcer.forget("form");
    pass(2_000);
    assert.equal(announcer.text.value, "Ready.");
  });

  test("mentions progress once in 20 seconds at most, and not beside what is to be said", (t) => {
    const { announcer, pass } = announcing(t);
    announcer.mention(() => "1,000 hashes.");
    announcer.mention(() => assert.fail("one is on its way"));
    pass(150);
    assert.equal(announcer.text.value, "1,000 hashes.");
    pass(19_999);
    announcer.mention(() => assert.fail("it is not even asked for"));
    pass(1);
    announcer.mention(() => "2,000 hashes.");
    pass(150);
    assert.equal(announcer.text.value, "2,000 hashes.");
  });
});

function announcing(t: TestContext) {
  let now = 5_000;
  t.mock.method(performance, "now", () => now);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return {
    announcer: createAnnouncer(() => "Ready."),
    pass(ms: number): void {
      now += ms;
      t.mock.timers.tick(ms);
    },
  };
}

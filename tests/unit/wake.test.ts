import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { onWake } from "../../web/src/store/wake.ts";

describe("a page that has slept", () => {
  test("wakes when its clock has jumped by five seconds or more", (t) => {
    const { wakes, sleep, tick } = page(t);
    tick(10);
    sleep(3_999);
    tick(1);
    assert.equal(wakes(), 0, "a busy page is late, too");
    sleep(4_000);
    tick(1);
    assert.equal(wakes(), 1);
    tick(10);
    assert.equal(wakes(), 1, "once for each sleep");
  });

  test("is not awake while it is hidden, whose timers are slow on purpose", (t) => {
    const { wakes, sleep, tick, show, hide } = page(t);
    hide();
    sleep(60_000);
    tick(1);
    assert.equal(wakes(), 0);
    sleep(60_000);
    show();
    tick(1);
    assert.equal(wakes(), 0, "it was slow, as far as is known, and did not sleep");
    sleep(4_000);
    tick(1);
    assert.equal(wakes(), 1);
  });

  test("wakes when the browser resumes it, and when the network is said to be back", (t) => {
    const { wakes, window, document } = page(t);
    document.dispatchEvent(new Event("resume"));
    assert.equal(wakes(), 1);
    window.dispatchEvent(new Event("online"));
    assert.equal(wakes(), 2);
    window.dispatchEvent(new Event("offline"));
    assert.equal(wakes(), 2, "that is not believed");
  });
});

function page(t: TestContext) {
  let now = 1_000_000;
  t.mock.timers.enable({ apis: ["setInterval"] });
  t.mock.method(Date, "now", () => now);
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { hidden: false });
  let wakes = 0;
  onWake(() => wakes++, { window, document });
  function turn(hidden: boolean): void {
    document.hidden = hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  }
  return {
    window,
    document,
    wakes: () => wakes,
    hide: () => turn(true),
    show: () => turn(false),
    /** Time passes, and no timer runs. */
    sleep(ms: number): void {
      now += ms;
    },
    tick(seconds: number): void {
      for (let i = 0; i < seconds; i++) {
        now += 1_000;
        t.mock.timers.tick(1_000);
      }
    },
  };
}

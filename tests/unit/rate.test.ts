import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Rate } from "../../server/search/rate.ts";

describe("a rate", () => {
  test("is 0 until there are two samples of different times", () => {
    const rate = new Rate();
    assert.equal(rate.perSecond, 0);
    rate.sample(1000, 50);
    assert.equal(rate.perSecond, 0);
    rate.sample(1000, 90);
    assert.equal(rate.perSecond, 0);
  });

  test("is the growth a second between its samples", () => {
    const rate = new Rate();
    rate.sample(1000, 50);
    rate.sample(1500, 150);
    assert.equal(rate.perSecond, 200);
    rate.sample(2000, 250);
    assert.equal(rate.perSecond, 200);
    rate.sample(2500, 250);
    assert.equal(rate.perSecond, 100);
  });

  test("is of what came since it was started anew", () => {
    const rate = new Rate();
    rate.sample(1000, 50);
    rate.sample(1900, 900);
    rate.restart(2000, 900);
    assert.equal(rate.perSecond, 0);
    rate.sample(2100, 1000);
    assert.equal(rate.perSecond, 1000);
  });

  test("is that since the last sample which is a second old or older", () => {
    const samples = fc.array(fc.record({ pauseMs: fc.integer({ min: 1, max: 600 }), growth: fc.nat(1000) }), {
      minLength: 2,
    });
    fc.assert(
      fc.property(samples, (samples) => {
        const rate = new Rate();
        const all: { atMs: number; total: number }[] = [];
        for (const { pauseMs, growth } of samples) {
          const before = all.at(-1) ?? { atMs: 0, total: 0 };
          const last = { atMs: before.atMs + pauseMs, total: before.total + growth };
          all.push(last);
          rate.sample(last.atMs, last.total);
          const first = all.findLast(({ atMs }) => atMs <= last.atMs - 1000) ?? all[0];
          if (!first || first === last) continue;
          const perSecond = ((last.total - first.total) / (last.atMs - first.atMs)) * 1000;
          assert.equal(rate.perSecond, perSecond);
        }
      }),
    );
  });
});

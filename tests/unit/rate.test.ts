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
    rate.sample(3000, 450);
    assert.equal(rate.perSecond, 200);
    rate.sample(5000, 450);
    assert.equal(rate.perSecond, 100);
  });

  test("is that since the last sample which is 5 s old or older", () => {
    const samples = fc.array(
      fc.record({ pauseMs: fc.integer({ min: 1, max: 3000 }), growth: fc.nat(1000) }),
      {
        minLength: 2,
      },
    );
    fc.assert(
      fc.property(samples, (samples) => {
        const rate = new Rate();
        const all: { atMs: number; total: number }[] = [];
        for (const { pauseMs, growth } of samples) {
          const before = all.at(-1) ?? { atMs: 0, total: 0 };
          const last = { atMs: before.atMs + pauseMs, total: before.total + growth };
          all.push(last);
          rate.sample(last.atMs, last.total);
          const first = all.findLast(({ atMs }) => atMs <= last.atMs - 5000) ?? all[0];
          if (!first || first === last) continue;
          const perSecond = ((last.total - first.total) / (last.atMs - first.atMs)) * 1000;
          assert.equal(rate.perSecond, perSecond);
        }
      }),
    );
  });
});

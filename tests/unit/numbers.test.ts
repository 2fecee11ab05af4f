import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { namesIn } from "../../client/names.ts";
import { numbersIn } from "../../client/numbers.ts";
import { farMs, oddsNumbersIn } from "../../client/odds-numbers.ts";
import { plain } from "./session-fixtures.ts";

const style = { language: "en", setsTight: false };
const { count, rate, duration, milliseconds } = numbersIn(style);
const { oneIn, percent, span, expected } = oddsNumbersIn(style);
const day = 86_400_000;
const year = 365.25 * day;

const tables = {
  "counts are whole": [
    [count(1_234_567n), "1,234,567"],
    [count(2n ** 64n), "18,446,744,073,709,551,616"],
    [count(1.4), "1"],
  ],
  "a rate has three digits, and a word from a million on": [
    [rate(0), "0"],
    [rate(345_678), "346,000"],
    [rate(999_499), "999,000"],
    [rate(1e6), "1.0 million"],
    [rate(12_340_000), "12.3 million"],
  ],
  "a duration is told as roughly as it is long": [
    [duration(0), "0 s"],
    [duration(0.4), "0.4 ms"],
    [duration(9.96), "10.0 ms"],
    [duration(99), "99 ms"],
    [duration(100), "0.1 s"],
    [duration(1_000), "1 s"],
    [duration(1_001), "1.0 s"],
    [duration(9_949), "9.9 s"],
    [duration(10_000), "10 s"],
    [duration(10_400), "10 s"],
    [duration(59_499), "59 s"],
    [duration(59_500), "1 min"],
    [duration(61_000), "1 min 1 s"],
    [duration(119_499), "1 min 59 s"],
    [duration(3_600_000), "60 min"],
  ],
  "milliseconds have a tenth below ten": [
    [milliseconds(0), "0 ms"],
    [milliseconds(0.04), "0.0 ms"],
    [milliseconds(9.9), "9.9 ms"],
    [milliseconds(10), "10 ms"],
    [milliseconds(11.6), "12 ms"],
  ],
  "one in so many is told in two digits, three, words, or a power": [
    [oneIn(1.24), "1.2"],
    [oneIn(9.94), "9.9"],
    [oneIn(10.44), "10.4"],
    [oneIn(3_349), "3,350"],
    [oneIn(999_000), "999,000"],
    [oneIn(1e6), "1 million"],
    [oneIn(9.4e14), "940 trillion"],
    [oneIn(1e15), "10¹⁵"],
    [oneIn(4e23), "10²⁴"],
  ],
  "a chance has a fraction near its ends only": [
    [percent(0), "0 %"],
    [percent(0.0999), "10 %"],
    [percent(0.0994), "9.9 %"],
    [percent(0.1), "10 %"],
    [percent(0.554), "55 %"],
    [percent(0.95), "95 %"],
    [percent(0.9512), "95.1 %"],
    [percent(0.5512, 1), "55.1 %"],
  ],
  "a long time is told in two digits of its largest unit": [
    [span(0.3), "0.3 ms"],
    [span(99), "99 ms"],
    [span(100), "0.1 s"],
    [span(3_599_000), "59 min 59 s"],
    [span(3_600_000), "1 hour"],
    [span(day - 1), "24 hours"],
    [span(day), "1 day"],
    [span(year - 1), "370 days"],
    [span(year), "1 year"],
    [span(9_400 * year), "9,400 years"],
    [span(10_000 * year), "10 thousand years"],
    [span(9e8 * year), "900 million years"],
    [span(farMs), "1 trillion years"],
  ],
  "an expected number has a tenth below ten thousand": [
    [expected(0), "0.0"],
    [expected(0.049), "<0.1"],
    [expected(0.05), "0.1"],
    [expected(154.44), "154.4"],
    [expected(9_999.94), "9,999.9"],
    [expected(10_000), "10,000"],
  ],
} as const;

describe("numbers as a language writes them", () => {
  for (const [about, table] of Object.entries(tables)) {
    test(about, () => {
      for (const [written, wanted] of table) assert.equal(plain(written), wanted);
    });
  }

  test("a rate has four digits where the word is that of ten thousand", () => {
    const japanese = numbersIn({ language: "ja", setsTight: true });
    assert.deepEqual([1_234_567, 12_345_678].map(japanese.rate), ["123.5万", "1,235万"]);
  });

  test("up to three names are listed, of more the first two and how many more", () => {
    const named = namesIn(style, (n) => `${n} more`);
    const listed = [1, 2, 3, 4, 5].map((n) => named(["a", "b", "c", "d", "e"].slice(0, n)));
    assert.deepEqual(listed, ["a", "a and b", "a, b, and c", "a, b, and 2 more", "a, b, and 3 more"]);
  });
});

/** From a value to its position in a picture. */
export type Scale = (value: number) => number;

export function scaleLinearly(least: number, most: number, from: number, to: number): Scale {
  return (value) => from + ((value - least) / (most - least)) * (to - from);
}

export function scaleLogarithmically(least: number, most: number, from: number, to: number): Scale {
  const linear = scaleLinearly(Math.log(least), Math.log(most), from, to);
  return (value) => linear(Math.log(value));
}

/** About five round values that enclose the range. */
export function linearTicks(least: number, most: number): number[] {
  const rough = (most - least) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((size) => size >= rough) ?? rough;
  const first = Math.floor(least / step);
  return Array.from({ length: Math.ceil(most / step) - first + 1 }, (_, i) => tidy((first + i) * step));
}

/** Values 1, 2 and 5 of every decade that enclose the range. */
export function logTicks(least: number, most: number): number[] {
  const decades = Array.from({ length: 24 }, (_, i) => i - 12);
  const all = decades.flatMap((power) => [1, 2, 5].map((factor) => tidy(factor * 10 ** power)));
  const first = all.findLastIndex((value) => value <= least);
  const last = all.findIndex((value) => value >= most);
  return all.slice(first, last + 1);
}

/** Without the digits that binary fractions bring. */
function tidy(value: number): number {
  return Number(value.toPrecision(6));
}

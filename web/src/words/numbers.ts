/** Numbers as a language writes them. One set per language. */
export interface Numbers {
  /** "3,412,000" */
  count(value: number | bigint): string;
  /** "345,000" or "1.0 million": three digits are all that a rate is good for. */
  rate(value: number): string;
  /** "0.4 s", "12 s", "2 min 5 s" */
  duration(ms: number): string;
  /** "2.4 ms", "12 ms" */
  milliseconds(ms: number): string;
}

export function numbersIn(language: string): Numbers {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const rough = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const large = new Intl.NumberFormat(language, {
    notation: "compact",
    compactDisplay: "long",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const minutes = (full: number, rest: number) =>
    rest === 0 ? `${whole.format(full)} min` : `${whole.format(full)} min ${whole.format(rest)} s`;
  return {
    count: (value) => whole.format(value),
    rate: (value) => (value < 1e6 ? rough : large).format(value),
    duration(ms) {
      const seconds = Math.round(ms / 1000);
      if (seconds >= 60) return minutes(Math.floor(seconds / 60), seconds % 60);
      return `${ms % 1000 === 0 || ms >= 10_000 ? whole.format(seconds) : tenths.format(ms / 1000)} s`;
    },
    milliseconds: (ms) => `${(ms > 0 && ms < 10 ? tenths : whole).format(ms)} ms`,
  };
}

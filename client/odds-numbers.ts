import { type NumberStyle, numbersIn, tight, unbroken } from "./numbers.ts";

/** The numbers of chance as a language writes them. */
export interface OddsNumbers {
  /** "1.2", "3,350", "51 million", "10²³" */
  oneIn(value: number): string;
  /** "55 %", "17.8 %"; a fraction only near the ends, unless it is asked for. */
  percent(chance: number, fractionDigits?: number): string;
  /** "0.3 ms", "4.2 s", "2 min 5 s", "3.5 days", "900 million years" */
  span(ms: number): string;
  /** "0.8", "154.4", "12,345" */
  expected(value: number): string;
}

const units = [
  { unit: "year", ms: 365.25 * 86_400_000 },
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
] as const;

// Words like "trillion" end here, and more digits would be of no use.
const manyInWords = 1e15;

/** A trillion years in milliseconds. Of a longer span the page says only that it is longer than this. */
export const farMs = 1e12 * units[0].ms;

export function oddsNumbersIn(style: NumberStyle): OddsNumbers {
  const { language, setsTight } = style;
  const { count, duration, rate } = numbersIn(style);
  const few = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const large = new Intl.NumberFormat(language, {
    notation: "compact",
    compactDisplay: "long",
    useGrouping: "always",
    maximumSignificantDigits: 2,
  });
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const spans = units.map(({ unit, ms }) => {
    const options = { style: "unit", unit, unitDisplay: "long", maximumSignificantDigits: 2 } as const;
    const short = new Intl.NumberFormat(language, options);
    const long = new Intl.NumberFormat(language, {
      ...options,
      notation: "compact",
      compactDisplay: "long",
      useGrouping: "always",
    });
    const format = (value: number) => (value < 10_000 ? short : long).format(value);
    return { ms, format: setsTight ? (value: number) => tight(format(value)) : format };
  });

  return {
    oneIn(value) {
      if (value >= manyInWords) return `10${superscript(Math.round(Math.log10(value)))}`;
      if (value >= 1e6) return large.format(value);
      return (value < 10 ? few.format : rate)(value);
    },
    percent(chance, fractionDigits = chance < 0.1 || chance > 0.95 ? 1 : 0) {
      const digits = new Intl.NumberFormat(language, { maximumFractionDigits: fractionDigits });
      return `${digits.format(chance * 100)}${setsTight ? "" : unbroken}%`;
    },
    span(ms) {
      const fitting = spans.find((span) => ms >= span.ms);
      if (fitting) return fitting.format(ms / fitting.ms);
      return duration(ms);
    },
    expected(value) {
      if (value > 0 && value < 0.05) return `<${tenths.format(0.1)}`;
      return value < 10_000 ? tenths.format(value) : count(value);
    },
  };
}

function superscript(exponent: number): string {
  return Array.from(String(exponent), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(Number(digit))).join("");
}

/** Numbers as a language writes them. One set per language. */
export interface Numbers {
  /** "3,412,000" */
  count(value: number | bigint): string;
  /** "345,000" or "1.0 million": more than three digits of a rate would mean nothing. */
  rate(value: number): string;
  /** "12 ms", "0.4 s", "12 s", "2 min 5 s" */
  duration(ms: number): string;
  /** "2.4 ms", "12 ms" */
  milliseconds(ms: number): string;
}

/** What each dictionary says of how its language sets numbers. */
export interface NumberStyle {
  /** The language's tag, by which Intl finds its digits and words. */
  readonly language: string;
  /** Whether a number and its unit stand without a gap, as Chinese and Japanese set them. */
  readonly setsTight: boolean;
}

export function numbersIn(style: NumberStyle): Numbers {
  const { language, setsTight } = style;
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const rough = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const inWords = { notation: "compact", compactDisplay: "long", useGrouping: "always" } as const;
  const large = new Intl.NumberFormat(language, {
    ...inWords,
    // The fraction in "1.0 million" is there so that a change can be seen. 万 is a hundred
    // times finer and needs none.
    ...(setsTight ? { maximumSignificantDigits: 4 } : { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  });
  // Where words begin with 万, a rate goes by it from there on: "34.6万" and "104万", never "346,000" and "104万".
  const middling = new Intl.NumberFormat(language, {
    ...(setsTight && inWords),
    maximumSignificantDigits: 3,
  });
  const unit = (name: keyof typeof si, digits: number) => unitIn(style, name, digits);
  const [minutes, wholeSeconds, tenthSeconds] = [unit("minute", 0), unit("second", 0), unit("second", 1)];
  const [wholeMs, tenthMs] = [unit("millisecond", 0), unit("millisecond", 1)];
  const gap = setsTight ? "" : " ";
  const milliseconds = (ms: number) => (ms > 0 && ms < 10 ? tenthMs : wholeMs)(ms);
  return {
    count: (value) => whole.format(value),
    rate: (value) => (value < 1e4 ? rough : value < 1e6 ? middling : large).format(value),
    duration(ms) {
      // "0.0 s" would say that it took no time.
      if (ms > 0 && ms < 100) return milliseconds(ms);
      const seconds = Math.round(ms / 1000);
      if (seconds < 60) return (ms % 1000 === 0 || ms >= 10_000 ? wholeSeconds : tenthSeconds)(ms / 1000);
      const [full, rest] = [minutes(Math.floor(seconds / 60)), seconds % 60];
      return rest === 0 ? full : `${full}${gap}${wholeSeconds(rest)}`;
    },
    milliseconds,
  };
}

/** No line is broken between a number and its unit. */
export const unbroken = "\u00a0";

const si = { minute: "min", second: "s", millisecond: "ms" } as const;

// The SI's symbols are those of every language in Latin letters. Intl has "sec" and
// "4s" for English, and "4 Sek." for German.
function unitIn(
  { language, setsTight }: NumberStyle,
  unit: keyof typeof si,
  digits: number,
): (value: number) => string {
  const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  if (!setsTight) {
    const plain = new Intl.NumberFormat(language, fraction);
    return (value) => `${plain.format(value)}${unbroken}${si[unit]}`;
  }
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", ...fraction });
  return (value) => tight(format.format(value));
}

/** Takes out the gap that Intl sets before a unit in Chinese letters: "4秒", "9億年". */
export function tight(text: string): string {
  return text.replaceAll(/\s(?=\p{Script=Han})/gu, "").replaceAll(" ", unbroken);
}

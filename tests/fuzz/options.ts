import { parseArgs } from "node:util";

/** What a run tries. */
export interface Options {
  readonly cases: number;
  readonly seed: number;
  /** Only this one of them. */
  readonly only: number | undefined;
  /** Cases at a time. */
  readonly atATime: number;
}

/** The options from arguments. Throws an Error whose message says what to do. */
export function optionsFrom(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { cases: text, seed: text, case: text, jobs: text },
  });
  const whole = (name: "cases" | "seed" | "case" | "jobs", fallback: number): number => {
    const value = values[name] ?? String(fallback);
    if (!/^\d+$/.test(value)) throw new Error(`--${name} must be a whole number, not "${value}".`);
    return Number(value);
  };
  return {
    cases: whole("cases", 10_000),
    seed: whole("seed", Math.floor(Math.random() * 2 ** 32)),
    only: values.case === undefined ? undefined : whole("case", 0),
    atATime: whole("jobs", 16),
  };
}

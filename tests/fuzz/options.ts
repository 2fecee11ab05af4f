import { parseArgs } from "node:util";
import { seedFrom, wholeNumber } from "../support/flags.ts";

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
  const { cases = "10000", seed, case: only, jobs = "16" } = values;
  return {
    cases: wholeNumber("cases", cases),
    seed: seedFrom(seed),
    only: only === undefined ? undefined : wholeNumber("case", only),
    atATime: wholeNumber("jobs", jobs),
  };
}

import { parseArgs } from "node:util";
import { seedFrom } from "../support/flags.ts";

export interface Options {
  readonly minutes: number;
  readonly seed: number;
}

/** The options from arguments. Throws an Error whose message says what to do. */
export function optionsFrom(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { minutes: text, seed: text } });
  const { minutes = "2", seed } = values;
  if (!(Number(minutes) > 0)) throw new Error(`--minutes must be a number above 0, not "${minutes}".`);
  return { minutes: Number(minutes), seed: seedFrom(seed) };
}

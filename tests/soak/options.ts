import { parseArgs } from "node:util";

export interface Options {
  readonly minutes: number;
  readonly seed: number;
}

/** The options from arguments. Throws an Error whose message says what to do. */
export function optionsFrom(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { minutes: text, seed: text } });
  const { minutes = "2", seed = String(Math.floor(Math.random() * 2 ** 32)) } = values;
  if (!(Number(minutes) > 0)) throw new Error(`--minutes must be a number above 0, not "${minutes}".`);
  if (!/^\d+$/.test(seed)) throw new Error(`--seed must be a whole number, not "${seed}".`);
  return { minutes: Number(minutes), seed: Number(seed) };
}

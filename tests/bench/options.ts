import { parseArgs } from "node:util";
import { wholeNumber } from "../support/flags.ts";

/** What a run is asked to do. */
export interface Options {
  /** Sections to run, in their order. */
  readonly sections: readonly string[];
  /** File to write the results into. */
  readonly json: string | undefined;
  /** Results of an earlier run to compare with. */
  readonly compare: string | undefined;
  /** File to draw the section into, of those that are drawn. */
  readonly chart: string | undefined;
  /** What the section neighbours makes its random clients from. */
  readonly seed: number;
}

const drawn: readonly string[] = ["batch-size", "life-of-a-stop"];

/** The options from arguments. Throws an Error whose message says what to do. */
export function optionsFrom(args: readonly string[], known: readonly string[]): Options {
  const { only, json, compare, chart, seed } = parse(args, known);
  const sections = only?.split(",") ?? known;
  const unknown = sections.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no section "${unknown}". Choose from ${known.join(", ")}.`);
  }
  if (chart !== undefined && sections.filter((name) => drawn.includes(name)).length !== 1) {
    throw new Error(`--chart draws one section: run one of ${drawn.join(" and ")} with it, by --only.`);
  }
  return { sections, json, compare, chart, seed: wholeNumber("seed", seed) };
}

function parse(args: readonly string[], known: readonly string[]) {
  const file = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { only: file, json: file, compare: file, chart: file, seed: { ...file, default: "1" } },
    }).values;
  } catch (error) {
    const [reason] = (error as Error).message.split(". ");
    throw new Error(
      `${reason}. There are --only SECTION,…, --json FILE, --compare FILE, --chart FILE and --seed NUMBER; sections are ${known.join(", ")}.`,
    );
  }
}

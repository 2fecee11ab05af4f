import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

export interface Options {
  /** Folders or files; none: all. */
  readonly paths: readonly string[];
  /** Only files that differ from this commit; "" stands for the usual one. */
  readonly changed: string | undefined;
  /** No mutant is begun after so many minutes. */
  readonly minutes: number;
  /** Score below which the exit code is 1, for every folder instead of its own goal. */
  readonly threshold: number | undefined;
  /** What the quick unit tests leave is tried on the slow ones as well. */
  readonly slow: boolean;
  /** And on the RPC tests. */
  readonly rpc: boolean;
  /** Forgets what earlier runs found. */
  readonly fresh: boolean;
  readonly jobs: number;
}

/** The options from arguments. Throws an Error whose message says what to do. */
export function optionsFrom(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const number = (name: "minutes" | "threshold" | "jobs"): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`--${name} must be a number, not "${text}".`);
    return Number(text);
  };
  return {
    paths: positionals,
    changed: values.changed ? (values.since ?? "") : undefined,
    minutes: number("minutes") ?? Infinity,
    threshold: number("threshold"),
    slow: values.slow,
    rpc: values.rpc,
    fresh: values.fresh,
    // One more than there are cores: mutants that wait for ever use none.
    jobs: number("jobs") ?? availableParallelism() + 1,
  };
}

function parse(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        changed: flag,
        since: text,
        minutes: text,
        threshold: text,
        slow: flag,
        rpc: flag,
        fresh: flag,
        jobs: text,
      },
    });
  } catch (error) {
    const [reason] = (error as Error).message.split(". ");
    throw new Error(
      `${reason}. There are FOLDER…, --changed, --since COMMIT, --minutes NUMBER, --threshold PERCENT, --slow, --rpc, --fresh and --jobs NUMBER.`,
    );
  }
}

import type { Mutant } from "./instrument.ts";
import type { RunAnswer } from "./messages.ts";
import type { Reached } from "./shared-state.ts";

// What most mutants are killed by.
const quickMs = 200;

/** What one run of a test file without a mutant tells. */
export type ReachedBy = Omit<RunAnswer, "type" | "red">;

/** One run of a test file to try on a mutant: those of its tests that reach it, and how long they take without it. */
export interface Step {
  readonly test: string;
  /** All that are green, where the file reaches it outside of its tests. */
  readonly tests: ReadonlyMap<string, number>;
  /** Imports and hooks. */
  readonly aroundMs: number;
  /** All of it. */
  readonly ms: number;
  /** How often the mutant was passed without being on. */
  readonly passed: number;
}

/** Which tests reach which mutants, from one run of each file without a mutant. */
export class Coverage {
  readonly #files: readonly string[];
  readonly #runs = new Map<string, ReachedBy>();

  /** The files in the order in which what was reached is listed. */
  constructor(files: readonly string[]) {
    this.#files = files;
  }

  add(test: string, run: ReachedBy): void {
    this.#runs.set(test, run);
  }

  /** How to try the test file on the mutant: its quick tests and its slow ones, or none that reach it. */
  steps(test: string, mutant: Mutant): readonly Step[] {
    const run = this.#runs.get(test);
    if (!run) return [];
    const always = this.#count(run.always, mutant);
    const counts = run.tests.map(({ reached }) => this.#count(reached, mutant));
    const passed = counts.reduce((sum, count) => sum + count, always);
    if (passed === 0) return [];
    const reaching = run.tests.filter((_, i) => always > 0 || (counts[i] ?? 0) > 0);
    const { aroundMs } = run;
    const quick = reaching.filter(({ ms }) => ms < quickMs);
    const slow = reaching.filter(({ ms }) => ms >= quickMs);
    // An RPC test is one step, whatever is in it.
    return (reaching.length === 0 ? [[]] : [quick, slow].filter((tests) => tests.length > 0)).map(
      (tests) => ({
        test,
        tests: new Map(tests.map(({ name, ms }) => [name, ms])),
        aroundMs,
        ms: tests.reduce((sum, { ms }) => sum + ms, aroundMs),
        passed,
      }),
    );
  }

  #count(reached: Reached, { path, number }: Mutant): number {
    const counts = reached[this.#files.indexOf(path)] ?? [];
    return counts.find(([mutant]) => mutant === number)?.[1] ?? 0;
  }
}

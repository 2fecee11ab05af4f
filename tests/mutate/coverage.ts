import type { Mutant } from "./instrument.ts";
import type { RunAnswer } from "./messages.ts";
import type { Reached } from "./shared-state.ts";

/** What one run of a test file without a mutant tells. */
export type ReachedBy = Omit<RunAnswer, "type" | "red">;

/** One test file to try on a mutant: those of its tests that reach it, and how long they take without it. */
export interface Step {
  readonly test: string;
  /** All that are green, where the file reaches it outside of its tests. */
  readonly tests: ReadonlyMap<string, number>;
  /** Of all of them and what is around them. */
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

  /** How to try the test file on the mutant; undefined when it does not reach it. */
  step(test: string, mutant: Mutant): Step | undefined {
    const run = this.#runs.get(test);
    if (!run) return undefined;
    const always = this.#count(run.always, mutant);
    const counts = run.tests.map(({ reached }) => this.#count(reached, mutant));
    const passed = counts.reduce((sum, count) => sum + count, always);
    if (passed === 0) return undefined;
    const reaching = run.tests.filter((_, i) => always > 0 || (counts[i] ?? 0) > 0);
    return {
      test,
      tests: new Map(reaching.map(({ name, ms }) => [name, ms])),
      ms: reaching.reduce((sum, { ms }) => sum + ms, run.aroundMs),
      passed,
    };
  }

  #count(reached: Reached, { path, number }: Mutant): number {
    const counts = reached[this.#files.indexOf(path)] ?? [];
    return counts.find(([mutant]) => mutant === number)?.[1] ?? 0;
  }
}

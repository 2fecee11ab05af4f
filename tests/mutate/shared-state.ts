import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";

/** A source file in which mutants wait to be switched on. */
export interface InstrumentedFile {
  /** Relative to the project. */
  readonly path: string;
  /** Where its instrumented JavaScript is. */
  readonly js: string;
  readonly mutants: number;
}

/** Names the mutant that is on, as `file:number`, to processes that a test starts. */
export const activeVariable = "MUTATE_ACTIVE";
/** Where the list of instrumented files is. */
export const manifestVariable = "MUTATE_MANIFEST";
/** Where processes that a test starts write what they reached. */
export const reachedVariable = "MUTATE_REACHED";

// Of the words at the front: the file and the number of the active mutant, how
// often it was passed, and how often it may be.
const [fileWord, mutantWord, passedWord, limitWord, headWords] = [0, 1, 2, 3, 4];
const none = -1;
const key = "mutate";

/**
 * Which mutant is on, and which were reached: memory that all threads of a
 * process share, so that a thread that was started long before sees it too.
 */
export class SharedState {
  readonly #words: Int32Array;
  readonly #bases: readonly number[];

  constructor(files: readonly InstrumentedFile[]) {
    let next = headWords;
    this.#bases = files.map(({ mutants }) => {
      next += mutants;
      return next - mutants;
    });
    if (isMainThread) {
      setEnvironmentData(key, new SharedArrayBuffer(next * Int32Array.BYTES_PER_ELEMENT));
    }
    this.#words = new Int32Array(getEnvironmentData(key) as SharedArrayBuffer);
    if (isMainThread) this.activate(none, none, 0);
  }

  /** Switches one mutant on and all others off. It throws when it is passed more often than the limit. */
  activate(file: number, mutant: number, limit: number): void {
    this.#words.set([file, mutant, 0, limit]);
  }

  deactivate(): void {
    this.activate(none, none, 0);
  }

  /** How often each mutant of each file was passed since the last call, those that were not left out. */
  takeReached(): Reached {
    const reached = this.#bases.map((base, file) => {
      const end = this.#bases[file + 1] ?? this.#words.length;
      const counts: [number, number][] = [];
      for (let i = base; i < end; i++) {
        const count = this.#words[i] ?? 0;
        if (count > 0) counts.push([i - base, count]);
      }
      return counts;
    });
    this.#words.fill(0, headWords);
    return reached;
  }

  /** The two functions that the instrumented code of a file calls. */
  switchesOf(file: number) {
    const words = this.#words;
    const base = this.#bases[file] ?? 0;
    return {
      isActive(mutant: string): boolean {
        if (words[mutantWord] !== +mutant || words[fileWord] !== file) return false;
        if (Atomics.add(words, passedWord, 1) >= (words[limitWord] ?? 0)) {
          throw new Error("the mutant is passed without end");
        }
        return true;
      },
      reach(...mutants: readonly string[]): void {
        for (const mutant of mutants) words[base + +mutant] = (words[base + +mutant] ?? 0) + 1;
      },
    };
  }
}

/** By file: the mutants that were reached, and how often. */
export type Reached = readonly (readonly (readonly [mutant: number, count: number])[])[];

import type { Reached } from "./shared-state.ts";

/** Run these tests of the file, or all, with a mutant or without. */
export interface RunRequest {
  readonly file: string;
  readonly tests: readonly string[] | undefined;
  /** Not given: runs all that is asked for and tells what each test reached. */
  readonly mutant: { readonly file: number; readonly number: number; readonly limit: number } | undefined;
}

/** A test begins: the time that it may take is counted from here. */
export interface Started {
  readonly type: "started";
  readonly test: string;
}

/** What the tests said. */
export interface RunAnswer {
  readonly type: "answer";
  /** The first that failed, and how. */
  readonly red: Red | undefined;
  /** Names of tests that failed; only without a mutant. */
  readonly reds: readonly string[];
  /** Of each test that is green, in order; only without a mutant. */
  readonly tests: readonly TestRun[];
  /** What was reached outside of all tests: at import, and in hooks. */
  readonly always: Reached;
  /** The time of all that is not the tests': imports and hooks. */
  readonly aroundMs: number;
}

export interface TestRun {
  readonly name: string;
  readonly ms: number;
  readonly reached: Reached;
}

/** The process has cleaned up and takes the next request, or does not, because something was left behind. */
export interface Ready {
  readonly type: "ready";
  readonly isClean: boolean;
}

/** The first test that went red. */
export interface Red {
  readonly test: string;
  readonly message: string;
  /** Whether it did not end. */
  readonly isLate?: boolean;
}

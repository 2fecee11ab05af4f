// What tests import as node:test while mutants are tried: the same words, for a
// file that is imported and run once for each mutant in one process, test by
// test. A file takes milliseconds so, and 300 as a process of its own.
import { mock } from "node:test";

type Run = (context: unknown) => unknown;
type HookKind = "before" | "after" | "beforeEach" | "afterEach";

interface Suite {
  readonly name: string;
  readonly parent: Suite | undefined;
  readonly hooks: Record<HookKind, Run[]>;
  readonly tests: Test[];
  readonly suites: Suite[];
}

interface Test {
  readonly name: string;
  readonly run: Run;
}

let current = suiteOf("", undefined);

/** What a file asked for since the last call. */
export function takeSuite(): Suite {
  const suite = current;
  current = suiteOf("", undefined);
  return suite;
}

export function describe(name: string, ...rest: readonly unknown[]): void {
  const parent = current;
  current = suiteOf(name, parent);
  parent.suites.push(current);
  try {
    (rest.at(-1) as () => void)();
  } finally {
    current = parent;
  }
}

export function test(name: string, ...rest: readonly unknown[]): void {
  const [options] = rest;
  if (typeof options === "object" && options !== null && "skip" in options && options.skip) return;
  current.tests.push({ name, run: rest.at(-1) as Run });
}

export const before = (run: Run): void => void current.hooks.before.push(run);
export const after = (run: Run): void => void current.hooks.after.push(run);
export const beforeEach = (run: Run): void => void current.hooks.beforeEach.push(run);
export const afterEach = (run: Run): void => void current.hooks.afterEach.push(run);
export { mock };

/** Hears of what happens while a file's tests run. */
export interface Listener {
  /** Whether the test shall run. */
  wants(name: string): boolean;
  started(name: string): void;
  ended(name: string, isGreen: boolean): void;
  /** A test, or a hook, has failed. True: no other test is begun. */
  failed(name: string, error: unknown): boolean;
}

/** Runs the tests one after the other until a failure ends it; what they opened is closed in any case. */
export async function runSuite(suite: Suite, listener: Listener): Promise<void> {
  let isOver = false;
  let failures = 0;
  const attempt = async (name: string, run: Run, context?: unknown): Promise<void> => {
    try {
      await run(context);
    } catch (error) {
      failures++;
      if (!isOver) isOver = listener.failed(name, error);
    }
  };
  await runWithin(suite, "");

  async function runWithin(suite: Suite, path: string): Promise<void> {
    if (!wantsAny(suite, path)) return;
    for (const hook of suite.hooks.before) await attempt(`${path} before`, hook);
    for (const { name, run } of suite.tests) {
      const full = `${path}${name}`;
      if (isOver || !listener.wants(full)) continue;
      listener.started(full);
      const before = failures;
      await runTest(suite, full, run);
      listener.ended(full, failures === before);
    }
    for (const inner of suite.suites) if (!isOver) await runWithin(inner, `${path}${inner.name} > `);
    for (const hook of suite.hooks.after) await attempt(`${path} after`, hook);
  }

  async function runTest(suite: Suite, name: string, run: Run): Promise<void> {
    const after: Run[] = [];
    const ended = new AbortController();
    const context = {
      name,
      signal: ended.signal,
      mock,
      after: (hook: Run) => void after.push(hook),
      diagnostic() {},
    };
    const around = [...ancestors(suite)];
    for (const { hooks } of around.toReversed()) {
      for (const hook of hooks.beforeEach) await attempt(name, hook, context);
    }
    if (!isOver) await attempt(name, run, context);
    for (const hook of after) await attempt(name, hook, context);
    for (const { hooks } of around) for (const hook of hooks.afterEach) await attempt(name, hook, context);
    ended.abort();
    mock.timers.reset();
    mock.reset();
    // What the test left to the next turn is still its own.
    await new Promise(setImmediate);
  }

  function wantsAny(suite: Suite, path: string): boolean {
    return (
      suite.tests.some(({ name }) => listener.wants(`${path}${name}`)) ||
      suite.suites.some((inner) => wantsAny(inner, `${path}${inner.name} > `))
    );
  }
}

function* ancestors(suite: Suite | undefined): Generator<Suite> {
  for (let at = suite; at; at = at.parent) yield at;
}

function suiteOf(name: string, parent: Suite | undefined): Suite {
  return {
    name,
    parent,
    hooks: { before: [], after: [], beforeEach: [], afterEach: [] },
    tests: [],
    suites: [],
  };
}

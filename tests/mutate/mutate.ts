import { Coverage, type Step } from "./coverage.ts";
import type { Mutant, MutatedFile } from "./instrument.ts";
import type { Results } from "./results.ts";
import { RunnerProcess } from "./runner-process.ts";
import { isRedAlone, reachedAlone } from "./trial.ts";

export interface Work {
  readonly files: readonly MutatedFile[];
  /** Path of the list of instrumented files. */
  readonly manifest: string;
  /** The mutants to try, and on which test files. */
  readonly mutants: ReadonlyMap<Mutant, readonly string[]>;
  /** The order in which kinds of test files are tried: what the first leaves is the next one's. */
  readonly stages: readonly ReadonlySet<string>[];
  readonly jobs: number;
  /** On the clock of performance.now. */
  readonly endsAt: number;
  readonly results: Results;
  say(line: string): void;
}

/** Needs processes of its own, and the cores to itself. */
const isRpc = (test: string): boolean => test.startsWith("tests/rpc/");
// For the first import of packages in a new process, and for busy cores. What
// is late is run without the mutant as well, so a short time does no harm.
const startMs = 1000;
const timesNormal = 1.5;
const longestTestMs = 60_000;
// A test that says no so soon has not waited for anything.
const surelyQuickMs = 200;

/**
 * Tries every mutant until a test goes red or none is left, or until the time
 * is over. Resolves to the test files that are of no use, being red already.
 */
export async function mutate(work: Work): Promise<ReadonlySet<string>> {
  const leftOut = new Set<string>();
  const runners = Array.from({ length: work.jobs }, () => new RunnerProcess(work.manifest));
  try {
    for (const stage of work.stages) await tryStage(work, stage, runners, leftOut);
  } finally {
    for (const runner of runners) runner.end();
    work.results.save();
  }
  return leftOut;
}

async function tryStage(
  work: Work,
  stage: ReadonlySet<string>,
  runners: readonly RunnerProcess[],
  leftOut: Set<string>,
) {
  const { files, mutants, results, endsAt, say } = work;
  const open = [...mutants]
    .filter(([mutant]) => results.of(mutant).killedBy === undefined)
    .map(([mutant, tests]) => ({ mutant, tests: tests.filter((test) => stage.has(test)) }))
    .filter(({ tests }) => tests.length > 0);
  const tests = [...new Set(open.flatMap(({ tests }) => tests))];
  if (tests.length === 0) return;
  const began = performance.now();
  const coverage = new Coverage(files.map(({ path }) => path));
  const covered = new Set<string>();
  const lines = isRpc(tests[0] ?? "") ? runners.slice(0, 1) : runners;
  await share(tests, lines, endsAt, async (test, runner) => {
    const run = isRpc(test) ? await reachedAlone(test, work.manifest) : await reachedBy(test, runner);
    if (!run) {
      leftOut.add(test);
      return say(`${test} is red without any change: it is left out.`);
    }
    for (const name of run.reds) say(`${test}: "${name}" is red without any change: it is left out.`);
    coverage.add(test, run);
    covered.add(test);
  });
  say(`${tests.length} test files run without a change in ${seconds(began)}; ${open.length} mutants to try.`);
  const kills = new Map<string, number>();
  let done = 0;
  let saidAt = performance.now();
  // Shuffled, the same way each time: what the time allows is a fair sample.
  const shuffled = open.toSorted((a, b) => order(a.mutant) - order(b.mutant));
  await share(shuffled, lines, endsAt, async ({ mutant, tests }, runner) => {
    const file = files.findIndex(({ path }) => path === mutant.path);
    const steps = tests.flatMap((test) => coverage.steps(test, mutant));
    const worth = ({ test, ms }: Step): number =>
      ((kills.get(`${mutant.path} ${test}`) ?? 0) + 1) / (ms + 20);
    const killer = await firstRed(
      steps.sort((a, b) => worth(b) - worth(a)),
      { file, number: mutant.number },
      runner,
      work.manifest,
    );
    if (killer === undefined) {
      for (const test of tests) if (covered.has(test)) results.note(mutant, test, false);
    } else {
      results.note(mutant, killer, true);
      const key = `${mutant.path} ${killer}`;
      kills.set(key, (kills.get(key) ?? 0) + 1);
    }
    done++;
    if (performance.now() - saidAt < 10_000) return;
    saidAt = performance.now();
    say(`${done} of ${open.length} mutants tried, ${seconds(began)}`);
    results.save();
  });
  say(`${done} of ${open.length} mutants tried in ${seconds(began)}.`);
}

async function reachedBy(test: string, runner: RunnerProcess) {
  const answer = await runner.run({ file: test, tests: undefined, mutant: undefined }, () => longestTestMs);
  return "tests" in answer ? answer : undefined;
}

/** The test file that goes red first. */
async function firstRed(
  steps: readonly Step[],
  mutant: { readonly file: number; readonly number: number },
  runner: RunnerProcess,
  manifest: string,
): Promise<string | undefined> {
  for (const step of steps) {
    const isRed = isRpc(step.test)
      ? await isRedAlone(step, mutant, manifest)
      : await isRedIn(step, mutant, runner);
    if (isRed) return step.test;
  }
  return undefined;
}

async function isRedIn(
  { test, tests, ms, aroundMs, passed }: Step,
  mutant: { readonly file: number; readonly number: number },
  runner: RunnerProcess,
): Promise<boolean> {
  // A change can make a loop endless: it throws long before the time is over.
  const limit = 100_000 + 100 * passed;
  for (let factor = 1; ; factor *= 3) {
    const limitMsOf = (name: string | undefined): number =>
      factor * (startMs + timesNormal * (name === undefined ? aroundMs : (tests.get(name) ?? 0)));
    const names = [...tests.keys()];
    const { red } = await runner.run({ file: test, tests: names, mutant: { ...mutant, limit } }, limitMsOf);
    if (!red) return false;
    const normalMs = tests.get(red.test) ?? ms;
    if (!red.isLate && normalMs < surelyQuickMs) return true;
    // Other work on the machine makes slow tests red as well.
    const control = [red.test].filter((name) => tests.has(name));
    const { red: alsoRed } = await runner.run({ file: test, tests: control, mutant: undefined }, limitMsOf);
    if (!alsoRed) return true;
    if (!alsoRed.isLate || factor > 1) return false;
  }
}

/** Each takes the next item as soon as it is free, none after the time. */
async function share<Item, Taker>(
  items: readonly Item[],
  takers: readonly Taker[],
  endsAt: number,
  take: (item: Item, taker: Taker) => Promise<void>,
): Promise<void> {
  const next = items.values();
  await Promise.all(
    takers.map(async (taker) => {
      for (const item of next) {
        if (performance.now() >= endsAt) return;
        await take(item, taker);
      }
    }),
  );
}

function order({ path, number }: Mutant): number {
  let hash = 2166136261;
  for (const char of `${path}:${number}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  return hash;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(0)} s`;
}

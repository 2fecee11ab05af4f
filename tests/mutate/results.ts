import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { reachableFrom } from "./imports.ts";
import type { MutatedFile } from "./instrument.ts";

/** What is known of a mutant. */
export interface Verdict {
  /** The test file that goes red. */
  killedBy?: string;
  /** The test files that were tried, as they were then. */
  seen: Record<string, string>;
}

interface FileResults {
  source: string;
  readonly mutants: Record<number, Verdict>;
}

const path = ".mutate/results.json";

/**
 * The verdicts of earlier runs, as far as they still hold: those of an
 * unchanged source file, for test files that have not changed with what they
 * share. A changed test file is tried again on the mutants that it killed and
 * on those that were left, and on no others.
 */
export class Results {
  readonly #files: Map<string, FileResults>;
  readonly #touched = new Set<string>();

  constructor(files: readonly MutatedFile[], { fresh }: { readonly fresh: boolean }) {
    const before = fresh ? {} : read();
    this.#files = new Map(
      files.map((file) => {
        // The instrumented code's name is a digest of it: it changes with the
        // source, and with the kinds of mutants.
        const known = before[file.path];
        return [file.path, known?.source === file.js ? known : { source: file.js, mutants: {} }];
      }),
    );
  }

  /** The mutant's verdict, without what no longer holds. */
  of({ path, number }: { readonly path: string; readonly number: number }): Verdict {
    const verdict = this.#files.get(path)?.mutants[number];
    const seen = Object.entries(verdict?.seen ?? {}).filter(
      ([test, digest]) => existsSync(test) && digestOf(test) === digest,
    );
    const killedBy = seen.some(([test]) => test === verdict?.killedBy) ? verdict?.killedBy : undefined;
    return { ...(killedBy && { killedBy }), seen: Object.fromEntries(seen) };
  }

  /** Notes that the test file was tried on the mutant. */
  note(mutant: { readonly path: string; readonly number: number }, test: string, isRed: boolean): void {
    const verdict = this.of(mutant);
    verdict.seen[test] = digestOf(test);
    if (isRed) verdict.killedBy = test;
    const file = this.#files.get(mutant.path);
    if (file) file.mutants[mutant.number] = verdict;
    this.#touched.add(mutant.path);
  }

  /** Written beside what other runs have found meanwhile. */
  save(): void {
    const all = read();
    for (const path of this.#touched) {
      const file = this.#files.get(path);
      if (file) all[path] = file;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(all));
    renameSync(`${path}.${process.pid}`, path);
  }
}

function read(): Record<string, FileResults> {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

const digests = new Map<string, string>();

/** Of the test file and all that it shares with other tests. */
function digestOf(test: string): string {
  const known = digests.get(test);
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  for (const file of [...reachableFrom(test)].filter((file) => file.startsWith("tests/")).sort()) {
    hash.update(readFileSync(file));
  }
  const digest = hash.digest("hex").slice(0, 16);
  digests.set(test, digest);
  return digest;
}

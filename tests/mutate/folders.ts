/** What is mutated, and the score in per cent below which the run is red. */
export const folders: readonly { readonly files: string; readonly goal: number }[] = [
  { files: "server/search/*.ts", goal: 90 },
  { files: "server/engine/*.ts", goal: 90 },
  { files: "server/calls/*.ts", goal: 90 },
  { files: "server/streams/*.ts", goal: 90 },
  { files: "server/rpc/*.ts", goal: 80 },
  { files: "server/cluster/*.ts", goal: 80 },
  { files: "server/edge/who/*.ts", goal: 90 },
  { files: "server/quotas/*.ts", goal: 90 },
  { files: "server/options/*.ts", goal: 80 },
  { files: "server/edge/{authority,client,refuse-call,unimplemented}.ts", goal: 90 },
  { files: "server/edge/transport/*.ts", goal: 80 },
  { files: "server/metrics/*.ts", goal: 80 },
  { files: "server/tracing/*.ts", goal: 80 },
  { files: "server/{leaving,log,probes,reloads,quota-store,metrics-port}.ts", goal: 80 },
  { files: "server/lab/**/*.ts", goal: 80 },
  { files: "proto/*.ts", goal: 80 },
  { files: "client/**/*.ts", goal: 80 },
  { files: "web/src/session/*.ts", goal: 90 },
  { files: "web/src/store/*.ts", goal: 80 },
  { files: "web/src/api/*.ts", goal: 80 },
  { files: "web/src/kept/*.ts", goal: 80 },
  { files: "web/src/odds/*.ts", goal: 80 },
  { files: "web/src/rehearsal/*.ts", goal: 80 },
];

/** The folder of a row, as it is asked for and told. */
export function folderOf(files: string): string {
  return files.replace(/\/[*{].*$/, "");
}

/** Files of these folders that are not mutated, and why. */
export const notMutated: ReadonlyMap<string, string> = new Map([
  ["web/src/kept/indexed-db.ts", "Node has no IndexedDB: tests/ui/kept.spec.ts tests it in the browser."],
  ["web/src/kept/keep-history.ts", "Puts the browser's parts together: tests/ui/kept.spec.ts."],
  ["web/src/rehearsal/causes.ts", "Makes calls of a real server: tests/ui/guide.spec.ts."],
  ["web/src/odds/worker.ts", "Is the browser's thread itself: tests/ui/odds.spec.ts."],
]);

/** Unit tests of many seconds, tried with `--slow` and only on what all others leave. */
export const slowTests: ReadonlySet<string> = new Set([
  "tests/unit/identical.test.ts",
  "tests/unit/import-rules.test.ts",
  "tests/unit/leaks.test.ts",
  "tests/unit/lying-workers.test.ts",
  "tests/unit/odds-heavy.test.ts",
  "tests/unit/page-size.test.ts",
]);

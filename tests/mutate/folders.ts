/** What is mutated, and the score in per cent below which the run is red. */
export const folders: readonly { readonly path: string; readonly files: string; readonly goal: number }[] = [
  { path: "server/search", files: "server/search/*.ts", goal: 90 },
  { path: "server/engine", files: "server/engine/*.ts", goal: 90 },
  { path: "server/calls", files: "server/calls/*.ts", goal: 90 },
  { path: "server/streams", files: "server/streams/*.ts", goal: 90 },
  { path: "server/rpc", files: "server/rpc/*.ts", goal: 80 },
  { path: "server/cluster", files: "server/cluster/*.ts", goal: 80 },
  { path: "server/edge/who", files: "server/edge/who/*.ts", goal: 90 },
  { path: "server/quotas", files: "server/quotas/*.ts", goal: 90 },
  { path: "server/options", files: "server/options/*.ts", goal: 80 },
  {
    path: "server/edge",
    files: "server/edge/{authority,client,refuse-call,unimplemented}.ts",
    goal: 90,
  },
  { path: "server/edge/transport", files: "server/edge/transport/*.ts", goal: 80 },
  { path: "server/metrics", files: "server/metrics/*.ts", goal: 80 },
  { path: "server/tracing", files: "server/tracing/*.ts", goal: 80 },
  {
    path: "server",
    files: "server/{leaving,log,probes,reloads,quota-store,metrics-port}.ts",
    goal: 80,
  },
  { path: "server/lab", files: "server/lab/**/*.ts", goal: 80 },
  { path: "proto", files: "proto/*.ts", goal: 80 },
  { path: "client", files: "client/**/*.ts", goal: 80 },
  { path: "web/src/session", files: "web/src/session/*.ts", goal: 90 },
  { path: "web/src/store", files: "web/src/store/*.ts", goal: 80 },
  { path: "web/src/api", files: "web/src/api/*.ts", goal: 80 },
  { path: "web/src/kept", files: "web/src/kept/*.ts", goal: 80 },
  { path: "web/src/odds", files: "web/src/odds/*.ts", goal: 80 },
  { path: "web/src/rehearsal", files: "web/src/rehearsal/*.ts", goal: 80 },
];

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

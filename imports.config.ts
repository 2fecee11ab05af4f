import { builtinModules } from "node:module";
import type { IConfiguration, IForbiddenRuleType } from "dependency-cruiser";

// What the files of each folder may import besides each other: which folders
// (with "/**" those below them too), and which packages and modules of Node.
// What is not listed is refused, as is what does not exist, and a folder that is
// not listed here.
const mayImport: Readonly<Record<string, readonly [folders: string, packages: string]>> = {
  // The contract knows neither of its sides.
  proto: ["", ""],
  "proto/gen/**": ["", "@bufbuild/protobuf"],

  // What every client of ours needs, whatever it shows.
  client: ["proto proto/gen/**", "@bufbuild/protobuf @connectrpc/connect"],
  "client/odds": ["proto", ""],
  // What those that run in Node need beside.
  "client/node": ["", "@connectrpc/connect-node node:http2"],

  // The client for the terminal.
  cli: [
    "client client/odds client/node proto proto/gen/**",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node node:*",
  ],

  // One way: app, rpc, search or streams, engine, kernel; calls at the side. The
  // edge is what every call passes, whatever it means.
  server: [
    "client/node server/options server/quotas server/edge server/edge/transport server/edge/who server/metrics server/rpc server/search server/streams server/scans server/lab server/engine server/kernel server/calls server/cluster proto proto/gen/**",
    "@connectrpc/connect @connectrpc/connect-node helmet pino vite node:*",
  ],
  // What flags bring with them: files that are read, and combinations that are refused.
  "server/options": ["server/calls server/quotas server/edge/transport server/edge/who", "node:*"],
  "server/edge": [
    "server/edge/who server/calls proto proto/gen/**",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node forwarded-parse ipaddr.js pino node:*",
  ],
  "server/edge/who": ["server/edge server/calls proto proto/gen/**", "@connectrpc/connect pino node:*"],
  "server/edge/transport": ["server/edge", "pino node:*"],
  // The server's numbers for Prometheus.
  "server/metrics": [
    "server/edge server/engine server/search server/streams server/calls",
    "pino prom-client node:http",
  ],
  // Spans for whatever tracing SDK the operator loads.
  "server/tracing": ["server/calls server/search server/engine", "@opentelemetry/api"],
  "server/rpc": [
    "server/tracing server/edge server/edge/who server/quotas server/search server/streams server/scans server/lab server/matches server/calls proto proto/gen/**",
    "@bufbuild/protobuf @connectrpc/connect pino node:crypto",
  ],
  // What a client may have over time, and who keeps the count.
  "server/quotas": ["server/calls", "ioredis pino"],
  "server/search": [
    "server/quotas server/engine server/matches server/kernel server/calls proto proto/gen/**",
    "",
  ],
  "server/streams": ["server/calls proto", ""],
  "server/calls": ["", ""],
  "server/engine": ["server/matches server/kernel", "node:os node:worker_threads"],
  // One range for another server, and another server as a worker.
  "server/scans": ["server/search server/engine server/kernel server/matches proto", ""],
  // Plays callers and servers, so it knows calls from both sides.
  "server/lab": [
    "client client/node server/lab/scenarios server/edge server/engine server/kernel server/calls proto proto/gen/**",
    "@connectrpc/connect @connectrpc/connect-node node:crypto node:net",
  ],
  "server/lab/scenarios": ["server/lab server/calls proto/gen/**", "@bufbuild/protobuf @connectrpc/connect"],
  "server/cluster": [
    "server/tracing server/engine server/kernel server/matches server/calls proto proto/gen/**",
    "@bufbuild/protobuf @connectrpc/connect pino",
  ],
  "server/matches": ["server/kernel proto proto/gen/**", "@bufbuild/protobuf"],
  // Knows nothing of threads, nor of anything else.
  "server/kernel": ["server/kernel/simd", ""],
  "server/kernel/simd": ["server/kernel", ""],

  // One way: ui, store, session, api. The page knows no Node.
  "web/src": ["web/src/ui web/src/ui/frame web/src/api web/src/offline web/src/styles", "preact"],
  // The page without its server: its worker is a script of its own.
  "web/src/offline": ["", ""],
  "web/src/states": [
    "web/src/ui web/src/ui/account web/src/ui/form web/src/ui/frame web/src/ui/parts web/src/store web/src/session web/src/api web/src/words web/src/styles proto proto/gen/**",
    "@bufbuild/protobuf @preact/signals preact",
  ],
  // One room for each thing that a person sees. The page above them composes them,
  // and they do not know each other.
  "web/src/ui": [
    "web/src/ui/** web/src/store web/src/session web/src/api web/src/odds web/src/words",
    "@bufbuild/protobuf @preact/signals preact",
  ],
  "web/src/ui/intro": ["web/src/ui/parts", ""],
  "web/src/ui/form": [
    "web/src/ui/parts web/src/store web/src/session web/src/odds web/src/words client/odds proto proto/gen/**",
    "@bufbuild/protobuf @preact/signals preact",
  ],
  "web/src/ui/search-card": [
    "web/src/ui/parts web/src/kept web/src/store web/src/session web/src/odds web/src/words client/odds proto/gen/**",
    "@noble/hashes @preact/signals preact",
  ],
  "web/src/ui/match": ["web/src/ui/parts web/src/session web/src/words", "preact"],
  "web/src/ui/proof": [
    "web/src/ui/parts web/src/store web/src/session web/src/words client",
    "@bufbuild/protobuf @preact/signals preact",
  ],
  "web/src/ui/history": [
    "web/src/ui/parts web/src/kept web/src/store web/src/session",
    "@preact/signals preact",
  ],
  "web/src/ui/streams": [
    "web/src/ui/parts web/src/store web/src/session web/src/words proto",
    "@preact/signals preact",
  ],
  "web/src/ui/guide": [
    "web/src/ui/parts web/src/rehearsal web/src/api web/src/words docs",
    "@preact/signals preact",
  ],
  "web/src/ui/server": ["web/src/ui/parts web/src/store web/src/api proto/gen/**", "@preact/signals preact"],
  "web/src/ui/account": [
    "web/src/ui/parts web/src/store web/src/api web/src/words",
    "@preact/signals preact",
  ],
  "web/src/ui/shortcuts": ["web/src/ui/parts web/src/words", "preact"],
  "web/src/ui/frame": ["web/src/ui/parts web/src/store web/src/session web/src/words", "@preact/signals"],
  // What several rooms are made of.
  "web/src/ui/parts": ["web/src/session web/src/words", "@preact/signals preact"],
  "web/src/kept": ["web/src/store web/src/session web/src/api", "@preact/signals"],
  "web/src/store": ["web/src/session web/src/api web/src/odds proto proto/gen/**", "@preact/signals"],
  "web/src/odds": ["web/src/session client/odds proto proto/gen/**", ""],
  // What the guide tries, and what is expected of it.
  "web/src/rehearsal": [
    "web/src/rehearsal/scenarios web/src/session web/src/api client proto proto/gen/**",
    "",
  ],
  "web/src/rehearsal/scenarios": ["web/src/rehearsal web/src/session web/src/api client proto/gen/**", ""],
  "web/src/words": ["web/src/session client proto", ""],
  "web/src/session": ["web/src/api client proto proto/gen/**", "@bufbuild/protobuf"],
  "web/src/api": [
    "client proto proto/gen/**",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-web",
  ],
  // How the page is built.
  web: ["", "vite node:*"],

  scripts: ["server/edge/who", "@playwright/test vite node:*"],
  // Programs to be read and run by themselves.
  examples: [
    "proto/gen/**",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node @grpc/grpc-js node:*",
  ],
  // What an operator loads beside the server.
  deploy: ["", "@opentelemetry/api @opentelemetry/core @opentelemetry/sdk-trace-base"],
  // Settings of the tools, these included.
  ".": ["scripts", "@playwright/test dependency-cruiser node:*"],

  "tests/unit": [
    "scripts tests/support tests/bench cli server/** client/** web web/src/** proto/**",
    "@bufbuild/protobuf @connectrpc/connect @preact/signals @opentelemetry/api @opentelemetry/core @opentelemetry/sdk-trace-base fast-check pino vite node:*",
  ],
  "tests/rpc": [
    "scripts tests/support cli client server/** web/src/session proto/**",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node @grpc/grpc-js fast-check pino node:*",
  ],
  "tests/ui": ["scripts tests/support", "@axe-core/playwright @playwright/test node:*"],
  "tests/support": [
    "scripts server/** proto/**",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node @grpc/grpc-js @grpc/proto-loader @playwright/test pino vite node:*",
  ],
  "tests/bench": [
    "tests/bench/neighbours tests/bench/machines tests/support server/** client/odds proto/** scripts",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node @playwright/test pino node:*",
  ],
  "tests/bench/neighbours": ["tests/bench tests/support proto/**", "@bufbuild/protobuf node:*"],
  "tests/bench/machines": [
    "tests/bench tests/support server/** proto/** scripts",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node pino node:*",
  ],
  "tests/sweep": ["server/kernel", "node:*"],
  "tests/fuzz": [
    "tests/support proto proto/gen/**",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node node:*",
  ],
  "tests/soak": [
    "tests/support tests/bench/neighbours proto/gen/**",
    "@bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node @grpc/grpc-js node:*",
  ],
  // Loads tests and sources by their paths, never by name.
  "tests/mutate": ["", "@stryker-mutator/instrumenter node:*"],
};

// Where a process, a thread or a page begins: nothing imports these.
const entries = [
  "^(server|cli)/main\\.ts$",
  "^server/engine/thread\\.ts$",
  "^web/src/(states/)?main\\.tsx$",
  "^web/src/(odds|offline)/worker\\.ts$",
  "^web/public/",
  "^scripts/",
  "^examples/",
  "^deploy/",
  "^tests/(unit|rpc)/[^/]+\\.test\\.ts$",
  "^tests/ui/[^/]+\\.spec\\.ts$",
  "^tests/(bench|sweep|fuzz|soak)/.*(main|caller|process|thread|worker)\\.ts$",
  "^tests/mutate/(main|preload|runner)\\.ts$",
  "\\.config\\.ts$",
  "\\.d\\.ts$",
];

const ourFiles = "^(?!node_modules/).+\\.[cm]?[jt]sx?$";

const rules: IForbiddenRuleType[] = [
  ...Object.entries(mayImport).map(([folder, [folders, packages]]) => ({
    name: folder,
    comment: `May import only ${folders} ${packages}`,
    severity: "error" as const,
    from: { path: inFolder(folder) },
    to: { pathNot: [folder, ...words(folders)].map(inFolder).concat(words(packages).map(ofPackage)) },
  })),
  {
    name: "unlisted folder",
    comment: "Say in imports.config.ts what its files may import.",
    severity: "error",
    from: { pathNot: Object.keys(mayImport).map(inFolder) },
    to: {},
  },
  {
    name: "unused file",
    comment:
      "Nothing that is run, tested or built imports it. Where something begins, imports.config.ts says so.",
    severity: "error",
    from: { path: entries },
    to: { path: ourFiles, pathNot: entries, reachable: false },
  },
  {
    name: "cycle",
    comment: "Files that run need each other. Types may.",
    severity: "error",
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  },
];

export default {
  forbidden: rules,
  options: {
    // TypeScript 7 has no parser that other tools could call. This one knows no
    // `using` declarations: it says so, and the check fails.
    parser: "swc",
    exclude: { path: ["^\\.mutate/", "^web/dist/", "^test-results/", "^playwright-report/"] },
    doNotFollow: { path: "^node_modules/" },
    preserveSymlinks: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
} satisfies IConfiguration;

/** Regular expression of a folder's own files, or with "/**" of all below it. */
function inFolder(folder: string): string {
  if (folder === ".") return "^[^/]+\\.[cm]?[jt]s$";
  return folder.endsWith("/**") ? `^${folder.slice(0, -"**".length)}` : `^${folder}/[^/]+$`;
}

/** Regular expression of what a package, or a module of Node, is resolved to. */
function ofPackage(name: string): string {
  if (name === "node:*") return `^(node:.+|${builtinModules.join("|")})$`;
  if (name.startsWith("node:")) return `^(node:)?${name.slice("node:".length)}$`;
  return `^node_modules/${name}/`;
}

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

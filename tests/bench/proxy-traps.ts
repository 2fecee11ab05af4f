import { closeToIdle } from "../support/close-to-idle.ts";
import { startProxy, without } from "../support/proxies.ts";
import { clientsThrough } from "../support/proxy-callers.ts";
import type { ProxyName } from "../support/proxy-files.ts";
import { startServer, type TestServer } from "../support/server.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";

interface Trap {
  readonly proxy: ProxyName;
  readonly what: string;
  /** What is changed in the shipped file. */
  readonly changes: readonly (readonly [RegExp, string])[];
  readonly measures: "a cancel" | "a message";
}

const ignoresServer = "proxy_ignore_headers X-Accel-Buffering;";
const abortOnClose = / *option abortonclose\n/;
const bufferRequest = / *option http-buffer-request\n/;

const traps: readonly Trap[] = [
  { proxy: "nginx", what: "as shipped", changes: [], measures: "a message" },
  {
    proxy: "nginx",
    what: "with its defaults, which the server's header changes",
    changes: [
      [/proxy_buffering off;/, ""],
      [/proxy_http_version 1\.1;/, ""],
    ],
    measures: "a message",
  },
  {
    proxy: "nginx",
    what: "with its defaults alone",
    changes: [
      [/proxy_buffering off;/, ignoresServer],
      [/proxy_http_version 1\.1;/, ""],
    ],
    measures: "a message",
  },
  {
    proxy: "nginx",
    what: "with proxy_ignore_client_abort on",
    changes: [[/proxy_buffering off;/, "proxy_buffering off; proxy_ignore_client_abort on;"]],
    measures: "a cancel",
  },
  { proxy: "HAProxy", what: "without abortonclose", changes: [[abortOnClose, ""]], measures: "a cancel" },
  {
    proxy: "HAProxy",
    what: "with abortonclose in the backends alone",
    changes: [
      [abortOnClose, ""],
      [bufferRequest, ""],
      [/^backend .*$/gm, "$&\n  option abortonclose"],
    ],
    measures: "a cancel",
  },
  {
    proxy: "Caddy",
    what: "with flush_interval -1",
    changes: [[/import to_a_server/g, "import to_a_server\n\t\t\tflush_interval -1"]],
    measures: "a cancel",
  },
];

const count = 5;
// What is not passed on takes as long as the server lets it.
const longestSeconds = 4;

/** What becomes of a cancel, or of a stream's first message, when a line of a shipped file is changed. */
export async function proxyTraps(): Promise<Row[]> {
  const limits = ["--maximum-hashes", "0", "--maximum-seconds", String(longestSeconds)];
  const server = await startServer({ args: [...limits, "--trusted-proxies", "127.0.0.1"] });
  const rows: Row[] = [];
  try {
    for (const trap of traps) if (!without(trap.proxy)) rows.push(await measured(server, trap));
  } finally {
    await server.stop();
  }
  return rows;
}

async function measured(server: TestServer, { proxy: name, what, changes, measures }: Trap): Promise<Row> {
  const proxy = await startProxy(name, [server], { changes });
  const clients = clientsThrough(proxy, "gRPC-Web over HTTP/1.1");
  const times: number[] = [];
  try {
    for (let i = 0; i < count; i++) {
      times.push(await (measures === "a cancel" ? closeToIdle(server, clients) : firstMessage()));
    }
  } finally {
    await proxy.stop();
  }
  const figure = measures === "a cancel" ? "client's close to idle workers" : "first of ten messages";
  return { name: `${figure}, ${name} ${what}`, unit: "ms", better: "less", summary: summarize(times) };

  /** Milliseconds until the first message of a keyed stream. */
  async function firstMessage(): Promise<number> {
    const startedAt = performance.now();
    const controller = new AbortController();
    try {
      for await (const _ of clients.streams.stream({ key: "k" }, { signal: controller.signal })) break;
      return performance.now() - startedAt;
    } finally {
      controller.abort();
    }
  }
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { certificate } from "./certificates.ts";
import type { TestServer } from "./server.ts";

/** Where a proxy of a test listens, and what it leads to. */
export interface Places {
  readonly httpPort: number;
  readonly tlsPort: number;
  readonly servers: readonly Pick<TestServer, "url" | "grpcUrl">[];
  /** Of its own, for what it reads and writes. */
  readonly folder: string;
  /** In place of what deploy/ has: what waits for the server to speak. */
  readonly timeout?: string | undefined;
  /** Other changes, to see what a line is good for. */
  readonly changes?: readonly (readonly [RegExp, string])[] | undefined;
}

export type ProxyName = "nginx" | "HAProxy" | "Caddy";

interface ProxyKind {
  readonly program: string;
  /** What makes the program say its version. */
  readonly version: readonly string[];
  /** In deploy/proxies/. */
  readonly shipped: string;
  /** What `timeout` replaces there. */
  readonly timeout: RegExp;
  /** The shipped text with other addresses. */
  moved(text: string, places: Places): string;
  /** The text that the program is started with, and how. */
  started(text: string, folder: string): readonly [text: string, args: (file: string) => readonly string[]];
}

export const proxyKinds: Readonly<Record<ProxyName, ProxyKind>> = {
  nginx: {
    program: "nginx",
    version: ["-v"],
    shipped: "nginx.conf",
    timeout: /(?<=_read_timeout )150s/g,
    moved: (text, { httpPort, tlsPort, servers, folder }) =>
      edited(text, [
        [/listen 80;/, `listen 127.0.0.1:${httpPort};`],
        [/listen 443 /, `listen 127.0.0.1:${tlsPort} `],
        [/server_name finder\.example/, "server_name localhost"],
        [/\/etc\/hash-finder/g, folder],
        [/^ *server 127\.0\.0\.1:8080(.*)$/m, lines(servers, ({ url }) => `server ${hostOf(url)}$1`)],
        [
          /^ *server 127\.0\.0\.1:50051(.*)$/m,
          lines(servers, ({ grpcUrl }) => `server ${hostOf(grpcUrl)}$1`),
        ],
      ]),
    started: (text, folder) => [
      [
        "daemon off;",
        // One process, so that its id ends it.
        "master_process off;",
        `pid ${folder}/nginx.pid;`,
        "error_log stderr;",
        "events {}",
        "http {",
        "access_log off;",
        ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
          (what) => `${what}_temp_path ${folder}/${what};`,
        ),
        text,
        "}",
      ].join("\n"),
      (file) => ["-e", "stderr", "-c", file],
    ],
  },
  HAProxy: {
    program: "haproxy",
    version: ["-v"],
    shipped: "haproxy.cfg",
    timeout: /(?<=timeout server )150s/,
    moved: (text, { httpPort, tlsPort, servers, folder }) =>
      edited(text, [
        [/bind :80$/m, `bind 127.0.0.1:${httpPort}`],
        [/bind :443 /, `bind 127.0.0.1:${tlsPort} `],
        [/\/etc\/hash-finder/g, folder],
        [
          /^ *server finder1 127\.0\.0\.1:8080$/m,
          lines(servers, ({ url }, i) => `  server finder${i} ${hostOf(url)}`),
        ],
        [
          /^ *server finder1 127\.0\.0\.1:50051 track (\w+)\/finder1$/m,
          lines(servers, ({ grpcUrl }, i) => `  server finder${i} ${hostOf(grpcUrl)} track $1/finder${i}`),
        ],
      ]),
    started: (text) => [text, (file) => ["-db", "-f", file]],
  },
  Caddy: {
    program: "caddy",
    version: ["version"],
    shipped: "Caddyfile",
    timeout: /(?<=response_header_timeout )150s/,
    moved: (text, { httpPort, tlsPort, servers, folder }) =>
      edited(text, [
        // Nothing of it is on a port that others may have.
        [/admin localhost:2019/, "admin off\n\tdefault_bind 127.0.0.1\n\tauto_https disable_redirects"],
        [/finder\.example:80 /, `localhost:${httpPort} `],
        [/finder\.example:443 /, `localhost:${tlsPort} `],
        [/\/etc\/hash-finder/g, folder],
        ...(servers.length > 1 ? [[/#several /g, ""] as const] : []),
        [/(?<=reverse_proxy )127\.0\.0\.1:8080/, servers.map(({ url }) => hostOf(url)).join(" ")],
        [
          /(?<=reverse_proxy )h2c:\/\/127\.0\.0\.1:50051/,
          servers.map(({ grpcUrl }) => `h2c://${hostOf(grpcUrl)}`).join(" "),
        ],
      ]),
    started: (text) => [text, (file) => ["run", "--adapter", "caddyfile", "--config", file]],
  },
};

/** The configuration as it is shipped. */
export function shippedProxy(name: ProxyName): string {
  return readFileSync(
    fileURLToPath(new URL(`../../deploy/proxies/${proxyKinds[name].shipped}`, import.meta.url)),
    "utf8",
  );
}

/** Writes the shipped configuration with a test's addresses; answers with the arguments that start the program. */
export function writeProxyFile(name: ProxyName, places: Places): readonly string[] {
  const { moved, started, timeout, shipped } = proxyKinds[name];
  const { folder } = places;
  writeFileSync(join(folder, "finder.cert.pem"), certificate.cert);
  writeFileSync(join(folder, "finder.key.pem"), certificate.key);
  writeFileSync(join(folder, "finder.pem"), certificate.cert + certificate.key);
  const changes = [
    ...(places.timeout === undefined ? [] : [[timeout, places.timeout] as const]),
    ...(places.changes ?? []),
  ];
  const [text, args] = started(edited(moved(shippedProxy(name), places), changes), folder);
  const file = join(folder, shipped);
  writeFileSync(file, text);
  return args(file);
}

/** What is to be replaced must be there: the files of deploy/ are not to change unseen. */
function edited(text: string, changes: readonly (readonly [RegExp, string])[]): string {
  return changes.reduce((before, [what, by]) => {
    const after = before.replace(what, by);
    if (after === before) throw new Error(`the shipped configuration has nothing like ${what}`);
    return after;
  }, text);
}

function lines<T>(servers: readonly T[], lineOf: (server: T, i: number) => string): string {
  return servers.map(lineOf).join("\n");
}

function hostOf(url: string): string {
  return new URL(url).host.replace("localhost", "127.0.0.1");
}

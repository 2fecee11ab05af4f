import { availableParallelism } from "node:os";
import { type ParseArgsOptionDescriptor, parseArgs } from "node:util";
import { longestTimeSeconds } from "../proto/bounds.ts";
import type { Limits } from "./calls/limits.ts";
import { messageOf } from "./calls/message-of.ts";
import { type Network, networksIn } from "./edge/client.ts";
import type { Certificate, MutualCertificate } from "./edge/transport/tls.ts";
import type { TokenEntry } from "./edge/who/token-file.ts";
import { type KernelName, kernelNames } from "./kernel/kernels.ts";
import { readCertificate, readMutualCertificate } from "./options/certificate.ts";
import { ConfigError } from "./options/config-error.ts";
import { isLoopback, refuseUnsaid } from "./options/exposure.ts";
import { type QuotaConfig, quotaFlags, quotasFrom } from "./options/quotas.ts";
import { type Reloadable, reloadable } from "./options/reloadable.ts";
import { readTokens } from "./options/token-entries.ts";

/** How the server runs. */
export interface Config {
  readonly host: string;
  /** Of page and RPCs; 0: any free port. */
  readonly port: number;
  /** Of native gRPC over HTTP/2; 0: any free port. */
  readonly grpcPort: number;
  /** Both ports speak TLS: the page's with HTTP/2 and HTTP/1.1. With an authority, callers must have its certificates. */
  readonly tls: Reloadable<Certificate> | undefined;
  /** Who may call; undefined: everybody who can reach it. */
  readonly tokens: Reloadable<readonly TokenEntry[]> | undefined;
  /** Tells browsers to come over HTTPS only (HSTS), for a year. */
  readonly hsts: boolean;
  /** Whether callers may rehearse cancelling, with handlers that do what they are told. */
  readonly lab: boolean;
  /** Proxies whose word on who called them counts. */
  readonly trustedProxies: readonly Network[];
  /** Names that the page goes by, besides addresses and localhost; ".example.org": all below it. */
  readonly allowedHosts: readonly string[];
  readonly workers: number;
  /** Scan ports of other servers that compute for this one. */
  readonly upstreams: readonly string[];
  /** Ranges that each of them takes at once; undefined: it is asked. */
  readonly upstreamSeats: number | undefined;
  /** Who this server is to upstreams over TLS, and who certifies them. */
  readonly upstreamTls: Reloadable<MutualCertificate> | undefined;
  /** Computes for other servers on this port; 0: any free one. */
  readonly scanPort: number | undefined;
  /** Another than a loopback address only with `scanTls`. */
  readonly scanHost: string;
  /** Who this server is to those that it computes for, and who certifies them. */
  readonly scanTls: Reloadable<MutualCertificate> | undefined;
  /** Of the metrics for Prometheus; 0: any free one; undefined: there are none. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  /** What they compute with; "auto" takes the fastest that is right here. */
  readonly kernel: KernelName | "auto";
  readonly limits: Limits;
  readonly quotas: QuotaConfig;
  /** Open at once, of one address; 0: any number. */
  readonly maximumConnectionsPerClient: number;
  readonly logLevel: string;
  /** From being told to leave to the end of the process, in which what runs may finish; 0: callers are told at once. */
  readonly leavingMs: number;
  /** Serves the page from its source, through Vite. */
  readonly dev: boolean;
}

// The one list of flags: name, what follows it, default, and what it does. Each
// is also read from the environment, as HASH_FINDER_PORT for --port.
const flags = {
  host: { value: "ADDRESS", fallback: "127.0.0.1", does: "address to listen on; 0.0.0.0 for every network" },
  port: { value: "PORT", fallback: "8080", does: "port of the page and its calls; 0 for any free one" },
  "grpc-port": {
    value: "PORT",
    fallback: "50051",
    does: "port of native gRPC (HTTP/2); 0 for any free one",
  },
  "tls-cert": {
    value: "FILE",
    fallback: "",
    does: "certificate (PEM): serve HTTPS, with HTTP/2 and HTTP/1.1, and gRPC over TLS",
  },
  "tls-key": { value: "FILE", fallback: "", does: "its private key (PEM)" },
  "client-ca": {
    value: "FILE",
    fallback: "",
    does: "authority (PEM) whose certificates callers must have, the page's too",
  },
  "token-file": {
    value: "FILE",
    fallback: "",
    does: "hashed tokens, one a line, of those who may call; npm run token -- NAME makes one",
  },
  "trusted-proxies": {
    value: "CIDR,…",
    fallback: "",
    does: "proxies that say who calls, in Forwarded or X-Forwarded-For",
  },
  "allowed-hosts": {
    value: "NAME,…",
    fallback: "",
    does: "names of the page besides addresses and localhost; .example.org for all below it",
  },
  workers: { value: "NUMBER", fallback: String(availableParallelism()), does: "threads that compute hashes" },
  upstream: {
    value: "URL,…",
    fallback: "",
    does: "scan ports of servers that compute for this one, such as http://10.0.0.2:50052; a name counts for all its addresses",
  },
  "upstream-seats": {
    value: "NUMBER",
    fallback: "",
    does: "ranges that each upstream takes at once: for a balancer, all seats behind it; else it is asked",
  },
  "upstream-tls-cert": {
    value: "FILE",
    fallback: "",
    does: "certificate (PEM) that this server shows to https upstreams",
  },
  "upstream-tls-key": { value: "FILE", fallback: "", does: "its private key (PEM)" },
  "upstream-tls-ca": {
    value: "FILE",
    fallback: "",
    does: "authority (PEM) whose certificates https upstreams must have",
  },
  "scan-port": {
    value: "PORT",
    fallback: "",
    does: "computes for other servers on this port; 0 for any free one",
  },
  "scan-host": {
    value: "ADDRESS",
    fallback: "127.0.0.1",
    does: "address of the scan port; beyond this machine only with the three below",
  },
  "scan-tls-cert": { value: "FILE", fallback: "", does: "certificate (PEM) of the scan port" },
  "scan-tls-key": { value: "FILE", fallback: "", does: "its private key (PEM)" },
  "scan-tls-ca": {
    value: "FILE",
    fallback: "",
    does: "authority (PEM) whose certificates callers must have",
  },
  kernel: { value: "NAME", fallback: "auto", does: `auto, ${kernelNames.join(", ")}` },
  // About a minute of two workers at 45 million hashes a second each.
  "maximum-hashes": { value: "NUMBER", fallback: "5000000000", does: "budget of a search; 0 for none" },
  "maximum-seconds": { value: "NUMBER", fallback: "120", does: "time limit of a search; 0 for none" },
  "maximum-searches-per-client": {
    value: "NUMBER",
    fallback: "16",
    does: "searches of one client, running or waiting; 0 for any number",
  },
  // As a call each takes 70 to 80 kB of memory: 160 MB. They share the workers
  // fairly, so that more of them keep nobody waiting.
  "maximum-searches": {
    value: "NUMBER",
    fallback: "2000",
    does: "searches that run at once; 0 for any number",
  },
  "maximum-waiting": {
    value: "NUMBER",
    fallback: "1000",
    does: "searches that wait for a place; 0 for none",
  },
  ...quotaFlags,
  "maximum-streams-per-client": {
    value: "NUMBER",
    fallback: "16",
    does: "keyed streams of one client; 0 for any number",
  },
  "maximum-streams": { value: "NUMBER", fallback: "1000", does: "keyed streams in all; 0 for any number" },
  "maximum-connections-per-client": {
    value: "NUMBER",
    fallback: "256",
    does: "connections of one address; 0 for any number",
  },
  // A browser has one watcher for all its tabs, or over HTTP/2 one for each.
  "maximum-watchers-per-client": {
    value: "NUMBER",
    fallback: "64",
    does: "calls of one client that watch the activity, and as many the health; 0 for any number",
  },
  "maximum-watchers": {
    value: "NUMBER",
    fallback: "2000",
    does: "calls that watch the activity in all, and as many the health; 0 for any number",
  },
  "maximum-reports-per-client": {
    value: "NUMBER",
    fallback: "64",
    does: "calls of one client that wait for a report; 0 for any number",
  },
  "maximum-reports": {
    value: "NUMBER",
    fallback: "2000",
    does: "calls that wait for a report in all; 0 for any number",
  },
  "drain-seconds": {
    value: "NUMBER",
    fallback: "0",
    does: "seconds from a signal to the end, in which what runs may finish and balancers notice; 0 tells callers at once",
  },
  "metrics-port": {
    value: "PORT",
    fallback: "",
    does: "metrics for Prometheus at /metrics; 0 for any free one",
  },
  "metrics-host": {
    value: "ADDRESS",
    fallback: "127.0.0.1",
    does: "address of the metrics port, which asks nobody who they are",
  },
  "log-level": { value: "LEVEL", fallback: "info", does: "trace, debug, info, warn, error, fatal or silent" },
} as const;

type Flag = keyof typeof flags;

// Flags that nothing follows.
const switches = {
  public: { does: "let everybody call who can reach the server on another address than a loopback one" },
  hsts: { does: "tell browsers to come over HTTPS only (HSTS); never said to localhost" },
  lab: {
    does: "open the lab of the guide on cancelling to other machines too; on a loopback address without trusted proxies it is open",
  },
} as const;

/** The text of --help. */
export function help(): string {
  const rows = Object.entries(flags).map(([name, { value, fallback, does }]) => {
    const shown = fallback === "" ? "" : ` (${fallback})`;
    return `  ${`--${name} ${value}`.padEnd(42)}${does}${shown}`;
  });
  const switchRows = Object.entries(switches).map(([name, { does }]) => `  ${`--${name}`.padEnd(42)}${does}`);
  return [
    "Usage: npm start -- [flags]",
    "",
    "Searches byte strings for one whose SHA-1 spells a name. Serves the page and its calls.",
    "",
    ...rows,
    ...switchRows,
    `  ${"--help".padEnd(42)}print this`,
    "",
    `Each flag is also read from the environment: ${environmentName("maximum-hashes")} for --maximum-hashes, ${environmentName("hsts")}=true for --hsts.`,
  ].join("\n");
}

/**
 * The configuration from arguments, else the environment, else defaults;
 * "help" when help was asked for.
 *
 * @throws ConfigError
 */
export function configFrom(args: readonly string[], environment: NodeJS.ProcessEnv): Config | "help" {
  const given = parse(args);
  if (given.help) return "help";
  const text = (flag: Flag): string => {
    const value = given[flag] ?? environment[environmentName(flag)];
    return typeof value === "string" ? value : flags[flag].fallback;
  };
  const whole = (flag: Flag, least: number, most: number): number => {
    const value = text(flag).replaceAll("_", "");
    if (/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw new ConfigError(`--${flag} must be a whole number from ${least} to ${most}, not "${text(flag)}".`);
  };
  const isOn = (name: keyof typeof switches): boolean => {
    const value = environment[environmentName(name)] ?? "";
    if (given[name] === true || value === "true") return true;
    if (value === "" || value === "false") return false;
    throw new ConfigError(`${environmentName(name)} must be true or false, not "${value}".`);
  };
  const logLevel = text("log-level");
  const trustedProxies = proxiesFrom(text("trusted-proxies"));
  const upstreams = upstreamsFrom(text("upstream"));
  const host = text("host");
  const tls = tlsFrom(text);
  const tokenFile = text("token-file");
  refuseUnsaid({
    host,
    hasTls: tls !== undefined,
    hasTrustedProxies: trustedProxies.length > 0,
    hasTokens: tokenFile !== "",
    hasClientCa: tls?.value.ca !== undefined,
    isPublic: isOn("public"),
  });
  const kernel = (["auto", ...kernelNames] as const).find((name) => name === text("kernel"));
  if (!kernel) throw new ConfigError(`--kernel must be ${flags.kernel.does}, not "${text("kernel")}".`);
  if (!["trace", "debug", "info", "warn", "error", "fatal", "silent"].includes(logLevel)) {
    throw new ConfigError(`--log-level must be ${flags["log-level"].does}, not "${logLevel}".`);
  }
  return {
    host,
    port: whole("port", 0, 65535),
    grpcPort: whole("grpc-port", 0, 65535),
    tls,
    tokens: tokenFile === "" ? undefined : reloadable([tokenFile], () => readTokens(tokenFile)),
    hsts: isOn("hsts"),
    // Behind a proxy the callers are others than this machine's people.
    lab: isOn("lab") || (isLoopback(host) && trustedProxies.length === 0),
    trustedProxies,
    allowedHosts: hostsFrom(text("allowed-hosts")),
    workers: whole("workers", upstreams.length > 0 ? 0 : 1, 1024),
    upstreams,
    upstreamSeats: text("upstream-seats") === "" ? undefined : whole("upstream-seats", 1, 100_000),
    upstreamTls: upstreamTlsFrom(upstreams, text),
    ...scanFrom(text("scan-port") === "" ? undefined : whole("scan-port", 0, 65535), text),
    metricsPort: text("metrics-port") === "" ? undefined : whole("metrics-port", 0, 65535),
    metricsHost: text("metrics-host"),
    kernel,
    limits: {
      maximumHashes: BigInt(whole("maximum-hashes", 0, Number.MAX_SAFE_INTEGER)),
      maximumTimeMs: 1000 * whole("maximum-seconds", 0, longestTimeSeconds),
      maximumSearchesPerClient: whole("maximum-searches-per-client", 0, 1_000_000),
      maximumSearches: whole("maximum-searches", 0, 1_000_000),
      maximumWaiting: whole("maximum-waiting", 0, 1_000_000),
      maximumStreamsPerClient: whole("maximum-streams-per-client", 0, 1_000_000),
      maximumStreams: whole("maximum-streams", 0, 1_000_000),
      maximumWatchersPerClient: whole("maximum-watchers-per-client", 0, 1_000_000),
      maximumWatchers: whole("maximum-watchers", 0, 1_000_000),
      maximumReportsPerClient: whole("maximum-reports-per-client", 0, 1_000_000),
      maximumReports: whole("maximum-reports", 0, 1_000_000),
    },
    quotas: quotasFrom(text, whole, tokenFile !== ""),
    maximumConnectionsPerClient: whole("maximum-connections-per-client", 0, 1_000_000),
    leavingMs: 1000 * whole("drain-seconds", 0, 3600),
    logLevel,
    dev: given.dev === true,
  };
}

function parse(args: readonly string[]): Record<string, string | boolean | undefined> {
  const valued = Object.keys(flags).map((name) => [name, { type: "string" }] as const);
  const bare = ["help", "dev", ...Object.keys(switches)].map((name) => [name, { type: "boolean" }] as const);
  const options = Object.fromEntries<ParseArgsOptionDescriptor>([...valued, ...bare]);
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values as Record<
      string,
      string | boolean | undefined
    >;
  } catch (error) {
    const [fact] = messageOf(error).split(/\. |\n/);
    throw new ConfigError(`${fact?.replace(/\.$/, "")}. See npm start -- --help.`);
  }
}

function tlsFrom(text: (flag: Flag) => string): Config["tls"] {
  const [cert, key, ca] = [text("tls-cert"), text("tls-key"), text("client-ca")];
  if (cert === "" && key === "") {
    if (ca === "") return undefined;
    throw new ConfigError("--client-ca is of TLS: give --tls-cert and --tls-key as well.");
  }
  if (cert === "" || key === "") throw new ConfigError("--tls-cert and --tls-key go together: give both.");
  return reloadable([cert, key, ...(ca === "" ? [] : [ca])], () =>
    readCertificate({
      cert: ["tls-cert", cert],
      key: ["tls-key", key],
      ...(ca !== "" && { ca: ["client-ca", ca] as const }),
    }),
  );
}

function hostsFrom(value: string): readonly string[] {
  const hosts = value
    .split(",")
    .map((host) => host.trim().replace(/\.$/, "").toLowerCase())
    .filter((host) => host !== "");
  const wrong = hosts.find((host) => !/^\.?([a-z0-9_-]+\.)*[a-z0-9_-]+$/.test(host));
  if (wrong === undefined) return hosts;
  throw new ConfigError(
    `--allowed-hosts must be host names without scheme and port, such as finder.example or .example.org, not "${wrong}".`,
  );
}

function scanFrom(
  scanPort: number | undefined,
  text: (flag: Flag) => string,
): Pick<Config, "scanPort" | "scanHost" | "scanTls"> {
  const scanHost = text("scan-host");
  const scanTls = mutualTlsFrom("scan", text);
  if (scanPort === undefined && (scanTls || scanHost !== flags["scan-host"].fallback)) {
    throw new ConfigError("--scan-host and --scan-tls-… are of the scan port: give --scan-port as well.");
  }
  if (!scanTls && !isLoopback(scanHost)) {
    throw new ConfigError(
      `--scan-host ${scanHost} is open to other machines: give --scan-tls-cert, --scan-tls-key and --scan-tls-ca as well.`,
    );
  }
  return { scanPort, scanHost, scanTls };
}

function upstreamTlsFrom(upstreams: readonly string[], text: (flag: Flag) => string): Config["upstreamTls"] {
  const tls = mutualTlsFrom("upstream", text);
  const hasHttps = upstreams.some((url) => url.startsWith("https:"));
  if (tls && !hasHttps) {
    throw new ConfigError(
      "--upstream-tls-… is for https upstreams, and no --upstream is one: write https://.",
    );
  }
  if (hasHttps && !tls) {
    throw new ConfigError(
      "An https --upstream asks for a certificate: give --upstream-tls-cert, --upstream-tls-key and --upstream-tls-ca.",
    );
  }
  return tls;
}

function mutualTlsFrom(
  of: "scan" | "upstream",
  text: (flag: Flag) => string,
): Reloadable<MutualCertificate> | undefined {
  const given = <Name extends Flag>(name: Name) => [name, text(name)] as const;
  const [cert, key, ca] = [given(`${of}-tls-cert`), given(`${of}-tls-key`), given(`${of}-tls-ca`)];
  const files = [cert, key, ca];
  if (files.every(([, file]) => file === "")) return undefined;
  if (files.some(([, file]) => file === "")) {
    throw new ConfigError(`${files.map(([name]) => `--${name}`).join(", ")} go together: give all three.`);
  }
  return reloadable(
    files.map(([, file]) => file),
    () => readMutualCertificate({ cert, key, ca }),
  );
}

function proxiesFrom(list: string): readonly Network[] {
  try {
    return networksIn(list);
  } catch (error) {
    throw new ConfigError(
      `--trusted-proxies must be addresses or networks such as 10.0.0.0/8,::1, not "${messageOf(error)}".`,
    );
  }
}

function upstreamsFrom(list: string): readonly string[] {
  const texts = list.split(",").map((text) => text.trim());
  return texts
    .filter((text) => text !== "")
    .map((text) => {
      const url = URL.parse(text);
      const hasPort = url?.protocol === "https:" || (url?.protocol === "http:" && url.port !== "");
      if (url && hasPort && url.pathname === "/") return url.origin;
      throw new ConfigError(`--upstream must be URLs such as http://127.0.0.1:50052, not "${text}".`);
    });
}

function environmentName(flag: string): string {
  return `HASH_FINDER_${flag.toUpperCase().replaceAll("-", "_")}`;
}

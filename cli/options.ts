import { type ParseArgsOptionDescriptor, parseArgs } from "node:util";
import { longestTimeSeconds } from "../proto/bounds.ts";
import { candidateSpace, sentence, violations } from "../proto/rules.ts";
import { exitCodes } from "./ending.ts";

export type Protocol = "grpc" | "grpc-web" | "connect";

/** What a person asks for. */
export interface Options {
  readonly name: string;
  readonly idealDistance: number;
  /** Undefined: the match alone is wanted. */
  readonly interestingDistance: number | undefined;
  /** Where the server is, and as it was written, for sentences about it. */
  readonly server: { readonly url: string; readonly text: string };
  readonly protocol: Protocol;
  /** By which the server knows who asks. */
  readonly token: string | undefined;
  readonly startIndex: bigint;
  /** 0: the server's budget. */
  readonly maximumHashes: bigint;
  /** 0: the server's time limit. */
  readonly maximumMs: number;
  readonly json: boolean;
}

/** Thrown when the arguments make no search; the message says what to do. */
export class UsageError extends Error {}

// The one list of flags: name, what follows it, default, and what it does.
const flags = {
  "ideal-distance": {
    value: "NUMBER",
    fallback: "0",
    does: "how many letters may be wrong in the match that ends the search",
  },
  "interesting-distance": {
    value: "NUMBER",
    fallback: "",
    does: "also list near misses with up to this many wrong letters",
  },
  "show-inferior": {
    value: "NUMBER",
    fallback: "",
    does: "the published example's name for --interesting-distance",
  },
  server: {
    value: "ADDRESS",
    fallback: "localhost:50051",
    does: "HOST:PORT, or a URL such as http://localhost:8080",
  },
  protocol: {
    value: "NAME",
    fallback: "",
    does: "grpc, grpc-web or connect; by default grpc, and grpc-web for http://",
  },
  "start-index": {
    value: "NUMBER",
    fallback: "0",
    does: "the first candidate to try, to continue an earlier search",
  },
  "maximum-hashes": { value: "NUMBER", fallback: "0", does: "budget of the search; 0 for the server's" },
  "maximum-seconds": { value: "NUMBER", fallback: "0", does: "its time limit; 0 for the server's" },
} as const;

type Flag = keyof typeof flags;

// Flags that nothing follows.
const switches = {
  json: { does: "one JSON object a line: each match, and the end (docs/find.md)" },
  help: { does: "print this" },
  version: { does: "print the version" },
} as const;

const defaultProtocols: Readonly<Record<string, Protocol>> = { "http:": "grpc-web", "https:": "grpc" };

/** The text of --help. */
export function help(): string {
  const row = (name: string, does: string): string => `  ${name.padEnd(32)}${does}`;
  return [
    "Usage: npm run find -- NAME [flags]",
    "   or: cli/hash-finder NAME [flags]",
    "",
    "Asks a Hash Finder server for bytes whose SHA-1, written in base64, contains the name.",
    "Prints a line for each match: the hash, how many letters are wrong, and the bytes in base64.",
    "Ctrl-C stops the search and prints what the server says of its end; a second one leaves at once.",
    "",
    ...Object.entries(flags).map(([name, { value, fallback, does }]) =>
      row(`--${name} ${value}`, fallback === "" ? does : `${does} (${fallback})`),
    ),
    ...Object.entries(switches).map(([name, { does }]) => row(`--${name}`, does)),
    "",
    "--server is also read from the environment, as HASH_FINDER_SERVER. Where the server asks for a",
    "token, it is read from HASH_FINDER_TOKEN: flags are seen by all who list processes.",
    "",
    "Exit codes:",
    ...Object.entries(exitCodes).map(([code, means]) => row(code, means)),
  ].join("\n");
}

/**
 * The options from arguments; "help" or "version" when that was asked for.
 *
 * @throws UsageError
 */
export function optionsFrom(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Options | "help" | "version" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  if (values.version) return "version";
  const text = (flag: Flag): string => {
    const value = values[flag] ?? (flag === "server" ? environment.HASH_FINDER_SERVER : undefined);
    return typeof value === "string" && value !== "" ? value : flags[flag].fallback;
  };
  const whole = (flag: Flag, most: bigint): bigint => {
    const digits = text(flag).replaceAll("_", "");
    if (/^\d+$/.test(digits) && BigInt(digits) <= most) return BigInt(digits);
    throw new UsageError(`--${flag} must be a whole number from 0 to ${most}, not "${text(flag)}".`);
  };
  const distance = (flag: Flag) => Number(whole(flag, 28n));
  const near = (["interesting-distance", "show-inferior"] as const).filter((flag) => text(flag) !== "");
  if (near.length > 1) {
    throw new UsageError("--interesting-distance and --show-inferior are the same: give one of them.");
  }
  const [name, ...more] = positionals;
  if (name === undefined) {
    throw new UsageError("There is no name to search for. Write it first: npm run find -- doctor.");
  }
  if (more.length > 0) {
    throw new UsageError(`One name can be searched for at a time, not "${positionals.join(" ")}".`);
  }
  const server = serverFrom(text("server"));
  return withinRules({
    name,
    idealDistance: distance("ideal-distance"),
    interestingDistance: near[0] && distance(near[0]),
    server,
    token: tokenFrom(environment.HASH_FINDER_TOKEN),
    protocol: protocolFrom(text("protocol"), server.scheme),
    startIndex: whole("start-index", candidateSpace - 1n),
    maximumHashes: whole("maximum-hashes", 2n ** 64n - 1n),
    maximumMs: 1000 * Number(whole("maximum-seconds", BigInt(longestTimeSeconds))),
    json: values.json === true,
  });
}

function parse(args: readonly string[]) {
  const valued = Object.keys(flags).map((name) => [name, { type: "string" }] as const);
  const bare = Object.keys(switches).map((name) => [name, { type: "boolean" }] as const);
  const options = Object.fromEntries<ParseArgsOptionDescriptor>([...valued, ...bare]);
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [fact] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new UsageError(`${fact?.replace(/\.$/, "")}. See npm run find -- --help.`);
  }
}

function serverFrom(text: string): Options["server"] & { readonly scheme: string | undefined } {
  const scheme = /^(https?:)\/\//i.exec(text)?.[1]?.toLowerCase();
  const url = URL.parse(scheme === undefined ? `http://${text}` : text);
  const hasPort = scheme !== undefined || /:\d+$/.test(text);
  const isBare = url !== null && url.pathname === "/" && url.search === "" && url.username === "";
  if (url && hasPort && isBare) return { url: url.origin, text, scheme };
  throw new UsageError(`--server must be HOST:PORT or a URL such as http://localhost:8080, not "${text}".`);
}

/** Never in a message: it may be anything that was pasted. */
function tokenFrom(text = ""): string | undefined {
  if (text === "") return undefined;
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new UsageError("HASH_FINDER_TOKEN has characters that no token has. Set it to the token alone.");
}

function protocolFrom(text: string, scheme: string | undefined): Protocol {
  const byUrl = defaultProtocols[scheme ?? ""] ?? "grpc";
  const protocol = (["grpc", "grpc-web", "connect"] as const).find((name) => name === text);
  if (protocol === undefined && text !== "") {
    throw new UsageError(`--protocol must be grpc, grpc-web or connect, not "${text}".`);
  }
  return protocol ?? byUrl;
}

/** The same rules, and sentences, as the page's and the server's. */
function withinRules(options: Options): Options {
  const broken = violations({
    desiredName: options.name,
    idealHammingDistance: options.idealDistance,
    interestingHammingDistance: options.interestingDistance ?? 0,
    searchId: "",
    startIndex: options.startIndex,
  });
  if (broken.length === 0) return options;
  throw new UsageError(`Cannot search for "${options.name}": ${broken.map(sentence).join(" ")}`);
}

import type { Random } from "../support/random.ts";
import type { Protocol } from "./answer.ts";

/** What is changed in a request's head. */
export interface Change {
  readonly about: string;
  /** Instead of the usual ones, or besides them. */
  readonly set?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
  readonly path?: (path: string) => string;
  /** What must be answered because of it. */
  readonly answers?: readonly string[];
  /** What may be answered besides. */
  readonly also?: readonly string[];
}

/** One thing that is unusual in the head; undefined most of the time. */
export function change(protocol: Protocol, random: Random): Change | undefined {
  if (random.chance(0.65)) return undefined;
  const isHttp2 = protocol === "gRPC";
  return random.pick([
    ...common(protocol, random),
    ...(isHttp2 ? onlyHttp2 : onlyHttp1(random)),
    ...(protocol.startsWith("Connect") ? onlyConnect(random) : onlyGrpc(random)),
  ])();
}

const common = (protocol: Protocol, random: Random): (() => Change)[] => [
  () => {
    const type = random.pick([
      "text/plain",
      "application/x",
      "",
      "application/json+proto",
      "multipart/form-data",
    ]);
    return { about: `content type "${type}"`, set: { "content-type": type }, answers: ["HTTP 415"] };
  },
  () => ({
    about: "an unknown method",
    path: (path) => path.replace(/[^/]+$/, random.pick(["Nothing", "find", "Find2"])),
    answers: ["12"],
  }),
  () => ({
    about: "an unknown service",
    path: () => "/no.such.Service/Find",
    answers: ["12"],
  }),
  () => {
    const method = random.pick(["GET", "PUT", "DELETE", "PATCH", "QUERY"]);
    // A GET is asked for a page where it is none of Connect's calls.
    return { about: `method ${method}`, method, answers: ["HTTP 405", "HTTP 415", "HTTP 400"] };
  },
  () => ({ about: "a query", path: (path) => `${path}?x=${"%".repeat(random.int(0, 3))}` }),
  () => ({ about: "a long header", set: { "x-long": "x".repeat(random.int(100, 8000)) } }),
  () => ({
    about: "a header that is too long",
    set: { "x-long": "x".repeat(17_000) },
    // The limit of HTTP/2 is only told to the caller (RFC 9113, section 10.5.1).
    ...(protocol === "gRPC" ? { also: ["HTTP 431", "closed"] } : { answers: ["HTTP 431", "closed"] }),
  }),
  () => ({ about: "binary metadata that is none", set: { "x-test-bin": "!!!" } }),
  () => ({
    about: "who is said to call",
    set: { "x-forwarded-for": random.pick(["", "x", "::", "1.2.3.4, evil", ",,,"]) },
  }),
  () => ({
    about: "Forwarded",
    set: {
      forwarded: random.pick(['for="[::1]:99"', "for=", 'for="', "for=_x;;", "for=unknown, for=unknown"]),
    },
  }),
  () => ({
    about: "answers compressed",
    set: { "grpc-accept-encoding": "gzip", "accept-encoding": "br, gzip" },
  }),
  () => ({
    about: "compressions that are none",
    set: { "grpc-accept-encoding": "zstd,,;q=9", "accept-encoding": "*;q=0", "connect-accept-encoding": "," },
  }),
];

const onlyHttp2: readonly (() => Change)[] = [
  () => ({ about: "no te", set: { te: undefined } }),
  () => ({
    about: "a content length that is wrong",
    set: { "content-length": "7" },
    also: ["closed", "cut", "3", "HTTP 400", "1", "13"],
  }),
];

const onlyHttp1 = (random: Random): readonly (() => Change)[] => [
  () => ({
    about: "a Host that makes no URL",
    set: { host: random.pick(["a b[", "["]) },
    answers: ["HTTP 400", "12"],
  }),
  () => ({ about: "a strange Host", set: { host: "evil.example" }, answers: ["HTTP 421"] }),
  () => ({ about: "a strange Origin", set: { origin: "http://evil.example" }, answers: ["HTTP 403"] }),
  () => ({
    about: "a length that is none",
    set: { "content-length": random.pick(["-1", "x", "1e3"]) },
    answers: ["HTTP 400"],
  }),
  () => ({
    about: "a length and chunks",
    set: { "transfer-encoding": "chunked" },
    answers: ["HTTP 400"],
  }),
  () => ({
    about: "a long length announced",
    set: { "content-length": random.pick(["20000", "100000000000"]) },
    answers: ["8"],
  }),
  () => ({
    about: "an expectation",
    set: { expect: random.pick(["100-continue", "nothing"]) },
    also: ["HTTP 417", "open", "cut"],
  }),
  () => ({
    about: "an upgrade",
    set: { upgrade: "h2c", connection: "upgrade, close" },
    also: ["HTTP 101", "closed"],
  }),
];

const onlyGrpc = (random: Random): readonly (() => Change)[] => [
  () => {
    const timeout = random.pick(["", "x", "-1S", "1", "1s", "999999999S", "0x1S", "1.5S"]);
    return { about: `deadline "${timeout}"`, set: { "grpc-timeout": timeout }, answers: ["3"] };
  },
  () => ({
    about: "a short deadline",
    set: { "grpc-timeout": random.pick(["0S", "1n", "1m", "10m"]) },
    also: ["4"],
  }),
  () => ({
    about: "a long deadline",
    set: { "grpc-timeout": random.pick(["99999999H", "99999999n", "1H"]) },
    also: ["4"],
  }),
];

const onlyConnect = (random: Random): readonly (() => Change)[] => [
  () => {
    const timeout = random.pick(["x", "-1", "1.5", "99999999999"]);
    return { about: `deadline "${timeout}"`, set: { "connect-timeout-ms": timeout }, answers: ["3"] };
  },
  () => ({
    about: "a short deadline",
    set: { "connect-timeout-ms": random.pick(["0", "1", "10"]) },
    also: ["4"],
  }),
  () => ({
    about: "another version of the protocol",
    set: { "connect-protocol-version": random.pick(["2", "x"]) },
    // Only where it is required.
    also: ["3"],
  }),
];

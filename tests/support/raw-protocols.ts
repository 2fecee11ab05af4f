import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { framed } from "./raw-calls.ts";

/** What a caller reads of an answer's error, whatever the protocol. */
export interface Told {
  readonly code: string;
  readonly words: string;
}

/** Where calls go. */
interface Addresses {
  /** Over HTTP/1.1. */
  readonly url: string;
  /** Over HTTP/2 cleartext. */
  readonly grpcUrl: string;
}

/** Every way to send the bytes of one message: over a protocol, to a call. The server may come later. */
export function waysToSend(
  server: () => Addresses,
  message: Uint8Array,
): readonly (readonly [string, string, () => Promise<Told>])[] {
  const compressions = [
    ["", undefined, message],
    [", gzip", "gzip", gzipSync(message)],
    [", br", "br", brotliCompressSync(message)],
  ] as const;
  return compressions.flatMap(([how, encoding, data]) => {
    const body = encoding ? flagged(data) : framed(data);
    const by = (header: string) => (encoding ? { [header]: encoding } : {});
    const perCall = ["Find", "FindRange"].flatMap((name) => [
      [`gRPC-Web${how}`, name, () => grpcWeb(server(), name, body, by("grpc-encoding"))] as const,
      [`native gRPC${how}`, name, () => grpc(server(), name, body, by("grpc-encoding"))] as const,
    ]);
    const unary = { "content-type": "application/proto", ...by("content-encoding") };
    return [
      ...perCall,
      [`Connect${how}`, "Find", () => connectUnary(server(), data, unary)] as const,
      [
        `Connect${how}`,
        "FindRange",
        () => connectStream(server(), body, by("connect-content-encoding")),
      ] as const,
    ];
  });
}

/** Calls over gRPC-Web. */
export async function grpcWeb(
  server: Addresses,
  name: string,
  body: Uint8Array,
  headers = {},
): Promise<Told> {
  const response = await post(server, name, body, {
    "content-type": "application/grpc-web+proto",
    ...headers,
  });
  const text = await response.text();
  const code = /grpc-status: (\d+)/.exec(text)?.[1] ?? "";
  return { code, words: decodeURIComponent(/grpc-message: (.*)\r/.exec(text)?.[1] ?? "") };
}

async function grpc({ grpcUrl }: Addresses, name: string, body: Uint8Array, headers = {}): Promise<Told> {
  const session = connect(grpcUrl);
  const stream = grpcCall(session, name, headers);
  stream.end(body);
  const [trailers] = await once(stream.resume(), "trailers");
  session.close();
  return { code: trailers["grpc-status"], words: decodeURIComponent(trailers["grpc-message"] ?? "") };
}

/** Calls Find in the Connect protocol. */
export async function connectUnary(
  server: Addresses,
  body: Uint8Array,
  headers: Record<string, string>,
): Promise<Told> {
  const response = await post(server, "Find", body, { ...headers, "accept-encoding": "identity" });
  return response.ok ? { code: "0", words: "" } : toldBy((await response.json()) as ConnectJson);
}

async function connectStream(
  server: Addresses,
  body: Uint8Array,
  headers: Record<string, string>,
): Promise<Told> {
  const response = await post(server, "FindRange", body, {
    "content-type": "application/connect+proto",
    "connect-accept-encoding": "identity",
    ...headers,
  });
  let rest: Buffer = Buffer.from(await response.arrayBuffer());
  for (;;) {
    const { flags, data, after } = frameOf(rest);
    if (flags === 2) return toldBy((JSON.parse(String(data)) as { error?: ConnectJson }).error);
    rest = after;
  }
}

interface ConnectJson {
  readonly code: string;
  readonly message: string;
}

function toldBy(error: ConnectJson | undefined): Told {
  const codes: Record<string, string> = { invalid_argument: "3", deadline_exceeded: "4" };
  return error ? { code: codes[error.code] ?? error.code, words: error.message } : { code: "0", words: "" };
}

async function post(
  { url }: Addresses,
  name: string,
  body: Uint8Array,
  headers: Record<string, string>,
): Promise<Response> {
  return await fetch(`${url}/hash_name.HashFinder/${name}`, {
    method: "POST",
    headers,
    body: new Uint8Array(body),
  });
}

/** Opens a call over native gRPC. */
export function grpcCall(session: ClientHttp2Session, name = "Find", headers = {}): ClientHttp2Stream {
  return session.request({
    ":method": "POST",
    ":path": `/hash_name.HashFinder/${name}`,
    "content-type": "application/grpc+proto",
    te: "trailers",
    ...headers,
  });
}

/** A message in a frame that says that it is compressed. */
export function flagged(message: Uint8Array): Buffer {
  const frame = framed(message);
  frame[0] = 1;
  return frame;
}

/** The first frame, and what comes after it. */
export function frameOf(bytes: Buffer): { flags: number; data: Buffer; after: Buffer } {
  const end = 5 + bytes.readUInt32BE(1);
  return { flags: bytes.readUInt8(0), data: bytes.subarray(5, end), after: bytes.subarray(end) };
}

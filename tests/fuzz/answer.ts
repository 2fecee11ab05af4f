import type { IncomingHttpHeaders } from "node:http";
import type { ClientHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { type DescMessage, fromBinary, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { type Frame, frameFlags, framesIn } from "../support/frames.ts";

/** How a call's messages are written. */
export type Protocol = "gRPC" | "gRPC-Web" | "Connect" | "Connect streaming";

interface Received {
  /** HTTP's; 0: there was none. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly how: "ended" | "closed" | "open" | "nothing";
}

const { compressed, endOfConnect, trailersOfWeb } = frameFlags;

/** What a caller was answered. */
export class Answer {
  readonly received: Received;

  constructor(received: Received) {
    this.received = received;
  }

  /**
   * Reads a whole answer over HTTP/1.1, until the connection closes. Of one that has
   * begun and goes on no more is read after the time; nothing at all is waited for longer.
   */
  static async ofSocket(
    socket: Socket,
    goesOnMs = longestSilenceMs,
    hangsMs = longestSilenceMs,
  ): Promise<Answer> {
    const chunks: Buffer[] = [];
    const { promise, resolve } = Promise.withResolvers<Received["how"]>();
    const hangs = setTimeout(() => resolve("nothing"), hangsMs);
    let goesOn: NodeJS.Timeout | undefined;
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      goesOn ??= setTimeout(() => resolve("open"), goesOnMs);
    });
    socket.once("end", () => resolve("ended")).once("close", () => resolve("closed"));
    const how = await promise;
    clearTimeout(hangs);
    clearTimeout(goesOn);
    socket.destroy();
    return new Answer(parsed(Buffer.concat(chunks), how));
  }

  /** The same over HTTP/2. */
  static async ofStream(
    stream: ClientHttp2Stream,
    goesOnMs = longestSilenceMs,
    hangsMs = longestSilenceMs,
  ): Promise<Answer> {
    const chunks: Buffer[] = [];
    let headers: IncomingHttpHeaders & { ":status"?: number } = {};
    let trailers: IncomingHttpHeaders = {};
    const { promise, resolve } = Promise.withResolvers<Received["how"]>();
    const hangs = setTimeout(() => resolve("nothing"), hangsMs);
    let goesOn: NodeJS.Timeout | undefined;
    stream.once("response", (received) => {
      headers = received;
      goesOn = setTimeout(() => resolve("open"), goesOnMs);
    });
    stream.once("trailers", (received) => {
      trailers = received;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", () => {});
    stream.once("end", () => resolve("ended")).once("close", () => resolve("closed"));
    const how = await promise;
    clearTimeout(hangs);
    clearTimeout(goesOn);
    stream.close(8);
    return new Answer({
      status: headers[":status"] ?? 0,
      headers,
      trailers,
      body: Buffer.concat(chunks),
      how,
    });
  }

  /** gRPC's status code; undefined when none was said. */
  get code(): number | undefined {
    const { headers, trailers, body } = this.received;
    const said = trailers["grpc-status"] ?? headers["grpc-status"];
    if (said !== undefined) return Number(said);
    const type = headers["content-type"] ?? "";
    if (type.startsWith("application/grpc-web")) {
      const trailer = framesIn(body).find(({ flags }) => (flags & trailersOfWeb) !== 0);
      const status = /^grpc-status: *(\d+)/m.exec(
        trailer ? wordsIn(trailer, headers["grpc-encoding"]) : "",
      )?.[1];
      return status === undefined ? undefined : Number(status);
    }
    if (type.startsWith("application/connect+")) {
      const end = framesIn(body).find(({ flags }) => (flags & endOfConnect) !== 0);
      return end && codeIn(JSON.parse(wordsIn(end, headers["connect-content-encoding"])).error);
    }
    if (type.startsWith("application/grpc")) return undefined;
    if (this.received.status === 200 && this.received.how !== "open") return 0;
    return type === "application/json"
      ? codeIn(JSON.parse(words(body, headers["content-encoding"])))
      : undefined;
  }

  /** A code, "HTTP 415" where there is none, or how it ended without either. */
  get said(): string {
    const { code } = this;
    const { status, how } = this.received;
    if (code !== undefined) return String(code);
    if (how === "open") return "open";
    if (how === "nothing") return "hangs";
    return status >= 200 && status < 300 ? "cut" : status > 0 ? `HTTP ${status}` : "closed";
  }

  /** Whether its messages are those of the method; throws where they are none. */
  check(output: DescMessage): void {
    const { headers, body, status } = this.received;
    const type = headers["content-type"] ?? "";
    if (status !== 200) return;
    const isJson = type.endsWith("json");
    const read = (data: Buffer): void => {
      if (isJson) fromJson(output, JSON.parse(String(data)) as JsonValue);
      else fromBinary(output, data);
    };
    if (/^application\/(json|proto)/.test(type)) {
      if (headers["content-encoding"] === undefined) read(body);
      return;
    }
    for (const { flags, data } of framesIn(body)) {
      if ((flags & (trailersOfWeb | endOfConnect | compressed)) === 0) read(data);
    }
  }
}

/** How long nothing at all may be heard of a call. */
const longestSilenceMs = 15_000;

function wordsIn({ flags, data }: Frame, encoding: unknown): string {
  return words(data, (flags & compressed) === 0 ? undefined : encoding);
}

function words(data: Buffer, encoding: unknown): string {
  if (encoding === "br") return String(brotliDecompressSync(data));
  return String(encoding === "gzip" ? gunzipSync(data) : data);
}

function codeIn(error: unknown): number | undefined {
  if (error === undefined) return 0;
  const { code } = error as { code?: string };
  return codeFromString(String(code));
}

/** The first answer in what an HTTP/1.1 connection sent. */
function parsed(bytes: Buffer, how: Received["how"]): Received {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (bytes.indexOf("HTTP/1.1 100 ") === 0) return parsed(bytes.subarray(headEnd + 4), how);
  const [line = "", ...fields] = bytes.toString("latin1", 0, Math.max(0, headEnd)).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? 0);
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const rest = headEnd < 0 ? Buffer.alloc(0) : bytes.subarray(headEnd + 4);
  const body = headers["transfer-encoding"] === "chunked" ? unchunked(rest) : rest;
  return { status, headers, trailers: {}, body, how };
}

function unchunked(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let rest = bytes; ; ) {
    const lineEnd = rest.indexOf("\r\n");
    const length = Number.parseInt(rest.toString("latin1", 0, Math.max(0, lineEnd)), 16);
    if (lineEnd < 0 || !(length > 0)) return Buffer.concat(chunks);
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + length));
    rest = rest.subarray(lineEnd + 2 + length + 2);
  }
}

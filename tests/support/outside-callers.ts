import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { request as httpsRequest } from "node:https";
import type { SecureContextOptions } from "node:tls";
import { type Frame, frameFlags, framesIn } from "./frames.ts";

/** What came back, read by hand. */
export interface Raw {
  readonly httpStatus: number;
  /** grpc-status or Connect's code; empty when there is none. */
  readonly code: string;
  readonly message: string;
}

/** What a caller shows of itself. */
export interface Shown {
  readonly headers?: OutgoingHttpHeaders;
  readonly tls?: SecureContextOptions;
}

/** A unary call in Connect's JSON, by node:http(s). */
export async function connectJson(url: string, path: string, body: object, shown: Shown = {}): Promise<Raw> {
  return await connectRaw(url, path, Buffer.from(JSON.stringify(body)), "application/json", shown);
}

/** A unary call in Connect, by node:http(s), with the body's bytes and their type. */
export async function connectRaw(
  url: string,
  path: string,
  body: Uint8Array,
  type: string,
  shown: Shown = {},
): Promise<Raw> {
  const answer = await post(url, path, body, type, shown);
  const isError = answer.httpStatus !== 200 && answer.body.length > 0;
  return told(answer, isError ? JSON.parse(String(answer.body)) : {});
}

/** A call in Connect to a method that streams, by node:http(s), with the body's frames: how it ends. */
export async function connectStreamRaw(
  url: string,
  path: string,
  body: Uint8Array,
  shown: Shown = {},
): Promise<Raw> {
  const answer = await post(url, path, body, "application/connect+proto", shown);
  const end = frameWith(frameFlags.endOfConnect, answer.body);
  const { error = {} } = JSON.parse(String(end?.data ?? "{}"));
  return told(answer, error);
}

/** A call in gRPC-Web, by node:http(s), with the body's frames. */
export async function grpcWebRaw(
  url: string,
  path: string,
  body: Uint8Array,
  shown: Shown = {},
): Promise<Raw> {
  const answer = await post(url, path, body, "application/grpc-web+proto", shown);
  const trailers = String(frameWith(frameFlags.trailersOfWeb, answer.body)?.data ?? "");
  const said = (name: string): string =>
    String(answer.headers[name] ?? new RegExp(`${name}: ([^\r]*)`).exec(trailers)?.[1] ?? "");
  return {
    httpStatus: answer.httpStatus,
    code: said("grpc-status"),
    message: decodeURIComponent(said("grpc-message")),
  };
}

/** A call of native gRPC, by node:http2 on a connection of its own, with the body's frames. */
export async function grpcRaw(
  url: string,
  path: string,
  body: Uint8Array,
  { headers, tls }: Shown = {},
): Promise<Raw> {
  const session = connect(url, tls);
  // The call's own error says it.
  session.on("error", () => {});
  try {
    return await grpcOver(session, path, body, headers);
  } finally {
    session.destroy();
  }
}

/** The same on a connection that is there. */
export async function grpcOver(
  session: ClientHttp2Session,
  path: string,
  body: Uint8Array,
  headers: OutgoingHttpHeaders = {},
): Promise<Raw> {
  const { promise, resolve, reject } = Promise.withResolvers<Raw>();
  const stream = openGrpc(session, path, headers);
  let said: Record<string, unknown> = {};
  stream.on("error", reject);
  stream.on("response", (got) => (said = { ...said, ...got }));
  stream.on("trailers", (got) => (said = { ...said, ...got }));
  stream.on("close", () => {
    const httpStatus = Number(said[":status"]);
    if (Number.isNaN(httpStatus)) reject(new Error("the connection ended before an answer came"));
    const message = decodeURIComponent(String(said["grpc-message"] ?? ""));
    resolve({ httpStatus, code: String(said["grpc-status"] ?? ""), message });
  });
  stream.resume();
  stream.end(body);
  return await promise;
}

/** Opens a call of native gRPC, whose body the caller sends. */
export function openGrpc(
  session: ClientHttp2Session,
  path: string,
  headers: OutgoingHttpHeaders = {},
): ClientHttp2Stream {
  return session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc+proto",
    te: "trailers",
    ...headers,
  });
}

function frameWith(flag: number, body: Buffer): Frame | undefined {
  return framesIn(body).find(({ flags }) => (flags & flag) !== 0);
}

/** Of an error as Connect writes it; empty for none. */
function told(
  { httpStatus }: Answer,
  { code = "", message = "" }: { readonly code?: string; readonly message?: string },
): Raw {
  return { httpStatus, code, message };
}

interface Answer {
  readonly httpStatus: number;
  readonly body: Buffer;
  readonly headers: NodeJS.Dict<string | string[]>;
}

async function post(
  url: string,
  path: string,
  body: Uint8Array,
  type: string,
  { headers, tls }: Shown,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  const options = { method: "POST", headers: { "content-type": type, ...headers }, agent: false, ...tls };
  const call = send(new URL(path, url), options, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () =>
      resolve({
        httpStatus: response.statusCode ?? 0,
        body: Buffer.concat(chunks),
        headers: response.headers,
      }),
    );
  });
  call.on("error", reject);
  call.end(body);
  return await promise;
}

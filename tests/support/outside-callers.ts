import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { connect } from "node:http2";
import { request as httpsRequest } from "node:https";
import type { SecureContextOptions } from "node:tls";
import { framed } from "./raw-calls.ts";

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
  const { status, text } = await post(
    url,
    path,
    Buffer.from(JSON.stringify(body)),
    "application/json",
    shown,
  );
  const { code = "", message = "" } = JSON.parse(text === "" ? "{}" : text);
  return { httpStatus: status, code, message };
}

/** A call in gRPC-Web, by node:http(s), with the message's bytes. */
export async function grpcWebRaw(
  url: string,
  path: string,
  message: Uint8Array,
  shown: Shown = {},
): Promise<Raw> {
  const type = "application/grpc-web+proto";
  const { status, text, headers } = await post(url, path, framed(message), type, shown);
  const ofTrailer = (name: string): string => new RegExp(`${name}: ([^\r]*)`).exec(text)?.[1] ?? "";
  return {
    httpStatus: status,
    code: String(headers["grpc-status"] ?? ofTrailer("grpc-status")),
    message: decodeURIComponent(String(headers["grpc-message"] ?? ofTrailer("grpc-message"))),
  };
}

/** A call of native gRPC, by node:http2, with the message's bytes. */
export async function grpcRaw(
  url: string,
  path: string,
  message: Uint8Array,
  { headers, tls }: Shown = {},
): Promise<Raw> {
  const session = connect(url, tls);
  const { promise, resolve, reject } = Promise.withResolvers<Raw>();
  session.on("error", reject);
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
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
  stream.end(framed(message));
  try {
    return await promise;
  } finally {
    session.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
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
        status: response.statusCode ?? 0,
        text: Buffer.concat(chunks).toString("latin1"),
        headers: response.headers,
      }),
    );
  });
  call.on("error", reject);
  call.end(body);
  return await promise;
}

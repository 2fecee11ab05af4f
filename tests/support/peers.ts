import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { certificate } from "./certificates.ts";

/** A client's end of one connection. */
export interface Peer {
  /** Posts to a path and reads the answer; without a body, its length is said and it never comes. */
  post(path: string, body?: Buffer, contentType?: string): void;
  /** Posts and reads nothing from then on. */
  stall(path: string, body: Buffer, contentType?: string): void;
  /** Ends the connection without a word. */
  cut(): void;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<unknown>;
}

/** The four ways in which a connection reaches one of the three kinds of port. */
export const ways = {
  "HTTP/1.1": { kind: "http1", connect: (port: number) => http1Peer(connect(port, "127.0.0.1")) },
  "HTTP/2": { kind: "http2", connect: (port: number) => http2Peer(`http://127.0.0.1:${port}`) },
  "HTTP/1.1 over TLS": {
    kind: "tls",
    connect: (port: number) =>
      http1Peer(
        connectTls({ port, host: "localhost", ca: certificate.cert, ALPNProtocols: ["http/1.1"] }),
        "secureConnect",
      ),
  },
  "HTTP/2 over TLS": { kind: "tls", connect: (port: number) => http2Peer(`https://localhost:${port}`) },
} satisfies Record<string, { kind: string; connect: (port: number) => Promise<Peer> }>;

/** One of the ways. */
export type Way = keyof typeof ways;

async function http1Peer(socket: Socket, ready = "connect"): Promise<Peer> {
  socket.on("error", () => {});
  socket.resume();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await Promise.race([new Promise((resolve) => socket.once(ready, resolve)), closed]);
  const post: Peer["post"] = (path, body, contentType = "application/octet-stream") => {
    const head = [
      `POST ${path} HTTP/1.1`,
      "host: localhost",
      `content-type: ${contentType}`,
      `content-length: ${body?.length ?? 9}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    if (body) socket.write(body);
  };
  return {
    post,
    stall: (path, body, contentType) => {
      socket.pause();
      post(path, body, contentType);
    },
    cut: () => socket.destroy(),
    closed,
  };
}

async function http2Peer(url: string): Promise<Peer> {
  const session = connectHttp2(url, { ca: certificate.cert });
  session.on("error", () => {});
  const closed = new Promise((resolve) => session.once("close", resolve));
  await Promise.race([new Promise((resolve) => session.once("remoteSettings", resolve)), closed]);
  const send = (path: string, body?: Buffer, contentType = "application/octet-stream") => {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": contentType,
      te: "trailers",
    });
    stream.on("error", () => {});
    if (body) stream.end(body);
    else stream.write("late");
    return stream;
  };
  return {
    post: (path, body, contentType) => void send(path, body, contentType).resume(),
    // Its window closes when the answer is not read.
    stall: (path, body, contentType) => void send(path, body, contentType).pause(),
    cut: () => session.destroy(),
    closed,
  };
}

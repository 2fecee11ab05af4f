import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { TestServer } from "../support/server.ts";
import { Answer } from "./answer.ts";
import type { Case } from "./case.ts";

// Of an answer that goes on, such as a stream's, no more is read.
const goesOnMs = 60;

/** Sends a case to a server, on a connection of its own. The answer; undefined when its caller leaves. */
export async function send(one: Case, server: TestServer): Promise<Answer | undefined> {
  return one.protocol === "gRPC" ? await overHttp2(one, server) : await overHttp1(one, server);
}

async function overHttp1(one: Case, { url }: TestServer): Promise<Answer | undefined> {
  const { body, delivery } = one;
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port), allowHalfOpen: true });
  socket.on("error", () => {});
  const headers = { connection: "close", "content-length": String(body.length), ...one.headers };
  const lines = Object.entries(headers)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`);
  socket.write(`${one.method} ${one.path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  if (delivery === "whole") {
    socket.write(body);
    return await Answer.ofSocket(socket, goesOnMsOf(one));
  }
  socket.write(delivery === "whole, then reset" ? body : body.subarray(0, body.length / 2));
  if (delivery === "half, then closed") socket.end();
  socket.resume();
  await pause(one.leavesAfterMs);
  if (delivery === "half, then closed") socket.destroy();
  else socket.resetAndDestroy();
  return undefined;
}

async function overHttp2(one: Case, { grpcUrl, scanUrl }: TestServer): Promise<Answer | undefined> {
  const { body, delivery } = one;
  const { host, ...headers } = one.headers;
  const session = await connected(one.served.port === "scan" ? scanUrl : grpcUrl);
  try {
    const pseudo = { ":method": one.method, ":path": one.path, ":authority": host };
    const stream = session.request({ ...pseudo, ...headers });
    stream.on("error", () => {});
    if (delivery === "whole") {
      stream.end(body);
      return await Answer.ofStream(stream, goesOnMsOf(one));
    }
    stream.resume();
    if (delivery === "half, then closed") stream.end(body.subarray(0, body.length / 2));
    else stream.write(delivery === "whole, then reset" ? body : body.subarray(0, body.length / 2));
    await pause(one.leavesAfterMs);
    stream.close(constants.NGHTTP2_CANCEL);
    return undefined;
  } finally {
    if (one.endsConnection) session.destroy();
    else session.close();
  }
}

/** An answer that may not go on is waited for. */
function goesOnMsOf({ answers }: Case): number | undefined {
  return answers.has("open") ? goesOnMs : undefined;
}

async function connected(url: string): Promise<ClientHttp2Session> {
  const session = connectHttp2(url);
  session.on("error", () => {});
  await once(session, "connect");
  return session;
}

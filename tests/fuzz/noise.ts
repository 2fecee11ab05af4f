import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../support/random.ts";
import { post, settingsAck } from "../support/raw-http2.ts";

const preface = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.of(0, 0, 0, 4, 0, 0, 0, 0, 0),
]);
const longestMs = 60;

/** Bytes that are almost a call: HTTP/2's frames, or HTTP/1.1's lines, with something wrong in them. */
export function noise(path: string, http2: boolean, random: Random): Buffer {
  const good = http2
    ? Buffer.concat([settingsAck(), post(1, path, [["content-type", "application/grpc"]])])
    : Buffer.from(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web\r\ntransfer-encoding: chunked\r\n\r\n5\r\n\0\0\0\0\0\r\n0\r\n\r\n`,
      );
  const bytes = Buffer.from(good);
  for (let times = random.int(1, 6); times > 0; times--) {
    bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
  }
  const cut = random.chance(0.2) ? bytes.subarray(0, random.int(0, bytes.length)) : bytes;
  const twice = random.chance(0.2) ? Buffer.concat([cut, cut]) : cut;
  return http2 && random.chance(0.95) ? Buffer.concat([preface, twice]) : twice;
}

/** Sends them on a connection of their own. What is answered does not matter, only what is left of it. */
export async function sendNoise(url: string, bytes: Buffer): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port) });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {}).resume();
  socket.write(bytes);
  const waited = new AbortController();
  await Promise.race([closed, pause(longestMs, undefined, { signal: waited.signal }).catch(() => {})]);
  waited.abort();
  socket.resetAndDestroy();
}

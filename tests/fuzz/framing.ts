import { brotliCompressSync, gzipSync } from "node:zlib";
import { framed, frameFlags } from "../support/frames.ts";
import type { Random } from "../support/random.ts";

/** How a message is put into a request's body. */
export interface Framing {
  readonly about: string;
  readonly body: Buffer;
  /** The compression that the request's header names. */
  readonly encoding?: string;
  /** What must be answered because of it; undefined: what the message is answered. */
  readonly answers?: readonly string[];
  /** What may be answered besides. */
  readonly also?: readonly string[];
}

/** What the server takes for one message: server/edge/handler.ts. */
export const mostBytes = 16 * 1024;

const invalid = ["3"];
const tooLarge = ["8"];
const unimplemented = ["12"];

/** In a frame, mostly as it should be. */
export function framing(message: Buffer, random: Random): Framing {
  if (random.chance(0.55)) return { about: "framed", body: framed(message) };
  const frame = framed(message);
  return random.pick([
    () => {
      const body = frame.subarray(0, random.int(0, frame.length - 1));
      return { about: "a frame cut short", body, answers: body.length === 0 ? unimplemented : invalid };
    },
    () => {
      const body = Buffer.concat([frame, frame]);
      return { about: "two messages", body, answers: [...unimplemented, ...tooLargeAs(body)] };
    },
    () => {
      const length = random.pick([mostBytes + 1, 2 ** 24, 2 ** 31, 2 ** 32 - 1]);
      return { about: "a giant length", body: withLength(frame, length), answers: tooLarge };
    },
    () => ({
      about: "a length too long",
      body: withLength(frame, message.length + random.int(1, 100)),
      answers: invalid,
    }),
    () => {
      const left = random.int(1, 4);
      const body = Buffer.concat([frame, Buffer.alloc(left)]);
      return { about: "bytes after the frame", body, answers: [...afterMessage, ...tooLargeAs(body)] };
    },
    () => {
      const flags = random.pick([0x04, 0x08, 0x10, 0x40, 0x7c]);
      return { about: `flags ${flags}`, body: framed(message, flags), also: oddFlags };
    },
    // Connect takes both where it knows them.
    () => {
      const body = Buffer.concat([
        frame,
        framed(Buffer.from("grpc-status: 0\r\n"), frameFlags.trailersOfWeb),
      ]);
      const also = [...afterMessage, ...tooLargeAs(body)];
      return { about: "trailers of gRPC-Web from the caller", body, also };
    },
    () => {
      const body = Buffer.concat([frame, framed(Buffer.from("{}"), frameFlags.endOfConnect)]);
      const also = [...afterMessage, ...tooLargeAs(body)];
      return { about: "an end of a Connect stream from the caller", body, also };
    },
    () => ({ about: "gzip", body: compressed(gzipSync(message)), encoding: "gzip" }),
    () => ({ about: "br", body: compressed(brotliCompressSync(message)), encoding: "br" }),
    () => ({ about: "compressed as said, but not", body: framed(message), encoding: "gzip" }),
    () => ({
      about: "no gzip",
      body: compressed(Buffer.concat([Buffer.of(0), message])),
      encoding: "gzip",
      answers: invalid,
    }),
    () => ({
      about: "gzip cut short",
      body: compressed(gzipSync(message).subarray(0, -random.int(1, 10))),
      encoding: "gzip",
      answers: invalid,
    }),
    () => ({
      about: "a compression that is not known",
      body: compressed(message),
      encoding: random.pick(["zstd", "x", "gzip,br"]),
      answers: unimplemented,
    }),
    () => ({ about: "compressed without saying with what", body: compressed(message), answers: ["13"] }),
    () => ({ about: "a bomb", body: compressed(gzipSync(zeros)), encoding: "gzip", answers: tooLarge }),
    () => ({ about: "a message too large", body: framed(Buffer.alloc(mostBytes + 1)), answers: tooLarge }),
    () => ({ about: "no body", body: Buffer.alloc(0), answers: unimplemented }),
  ])();
}

/** As the whole body, as unary calls of Connect have it. */
export function unframed(message: Buffer, random: Random): Framing {
  if (random.chance(0.7)) return { about: "unframed", body: message };
  return random.pick([
    () => ({ about: "gzip", body: gzipSync(message), encoding: "gzip" }),
    () => ({ about: "br", body: brotliCompressSync(message), encoding: "br" }),
    () => ({
      about: "no gzip",
      body: Buffer.concat([Buffer.of(0), message]),
      encoding: "gzip",
      answers: invalid,
    }),
    () => ({ about: "a bomb", body: gzipSync(zeros), encoding: "gzip", answers: tooLarge }),
    () => ({
      about: "a compression that is not known",
      body: message,
      encoding: "zstd",
      answers: unimplemented,
    }),
    () => ({ about: "a message too large", body: Buffer.alloc(2 * mostBytes, 0x20), answers: tooLarge }),
  ])();
}

const zeros = Buffer.alloc(1_000_000);
// Connect's own words on frames that it does not expect: INTERNAL, as gRPC has it for compression.
const afterMessage = ["3", "12", "13"];
const oddFlags = ["3", "12", "13"];

/** A message may be as large as it may be, and what comes after it is too much. */
function tooLargeAs({ length }: Buffer): readonly string[] {
  return length > mostBytes ? tooLarge : [];
}

function withLength(frame: Buffer, length: number): Buffer {
  const changed = Buffer.from(frame);
  changed.writeUInt32BE(length, 1);
  return changed;
}

function compressed(message: Uint8Array): Buffer {
  return framed(message, frameFlags.compressed);
}

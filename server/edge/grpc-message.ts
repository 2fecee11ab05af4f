import { frameHeadBytes } from "../../proto/bounds.ts";

// All but printable ASCII and "%" (gRPC over HTTP/2, "Percent-Encoded"), and
// the spaces at its ends, which HTTP would trim.
const encoded = /^ +| +$|[^ -$&-~]+/g;

const name = "grpc-message";
const trailerFlag = 0x80;

/** An error's words as gRPC writes them: readable as they are wherever they are ASCII. */
export function grpcMessage(words: string): string {
  return words.toWellFormed().replace(encoded, encodeURIComponent);
}

/**
 * The trailers with `grpc-message` as gRPC writes it. Connect encodes more of
 * it, and clients such as grpc-js then show "Use letters%2C digits".
 */
export function readableTrailers(trailers: Headers): Record<string, string> {
  const entries = Object.fromEntries(trailers);
  const words = entries[name];
  return words === undefined ? entries : { ...entries, [name]: reencoded(words) };
}

/** The same for gRPC-Web, whose trailers are the last frame of the body; other frames as they are. */
export function readableTrailerFrame(frame: Uint8Array): Uint8Array {
  // A compressed one is left: browsers do not ask for it, and all decode it.
  if (frame[0] !== trailerFlag) return frame;
  const before = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString(
    "latin1",
    frameHeadBytes,
  );
  const after = before.replace(
    /^(grpc-message: )(.*)\r$/m,
    (_line, head, words) => `${head}${reencoded(words)}\r`,
  );
  if (after === before) return frame;
  const readable = Buffer.alloc(frameHeadBytes + after.length);
  readable[0] = trailerFlag;
  readable.writeUInt32BE(after.length, 1);
  readable.write(after, frameHeadBytes, "latin1");
  return readable;
}

function reencoded(words: string): string {
  return grpcMessage(decodeURIComponent(words));
}

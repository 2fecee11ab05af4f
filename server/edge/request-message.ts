import { isUtf8 } from "node:buffer";
import { type DescMessage, fromBinary, fromJson } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Compression, compressedFlag } from "@connectrpc/connect/protocol";
import { frameHeadBytes } from "../../proto/bounds.ts";
import { messageOf } from "../calls/message-of.ts";

const longestFact = 200;

// Of frames that are no messages, in gRPC-Web and in Connect's streams.
const trailerFlag = 0x80;
const endStreamFlag = 0x02;

/** A message as it was sent. */
interface Sent {
  readonly data: Uint8Array;
  readonly isCompressed: boolean;
}

interface Frame {
  /** With its head. */
  readonly whole: Uint8Array;
  /** Undefined of a frame that is none, such as trailers. */
  readonly message: Sent | undefined;
}

/** How a request's body carries its message. */
interface Encoding {
  readonly framed: boolean;
  readonly json: boolean;
  /** The header that names the compression. */
  readonly compression: string;
}

export interface MessageOptions {
  /** What the message must be. */
  readonly schema: DescMessage;
  readonly header: Headers;
  readonly compressions: readonly Compression[];
  /** Most bytes of the message, decompressed. */
  readonly bytes: number;
}

/**
 * Refuses a body whose message cannot be decoded as what it is: the caller's
 * mistake. Connect calls it INTERNAL, "parse binary: premature EOF", and fails at
 * JSON with half of a character. What else may be wrong is left to Connect.
 *
 * @throws ConnectError INVALID_ARGUMENT
 */
export async function refuseUndecodable(body: Uint8Array, options: MessageOptions): Promise<void> {
  const encoding = encodingOf(options.header.get("content-type") ?? "");
  if (!encoding) return;
  if (!encoding.framed) {
    await refuseMessage({ data: body, isCompressed: true }, encoding, options);
    return;
  }
  const { frames, rest } = framesIn(body, options);
  for (const { message } of frames) if (message) await refuseMessage(message, encoding, options);
  if (rest.length > 0 && !announcesGiant(rest, options)) {
    throw undecodable("it is cut short", "Send all of the frame that it announces");
  }
}

/**
 * The same of messages that come one after the other, each passed on once it is whole
 * and can be decoded.
 *
 * @throws ConnectError INVALID_ARGUMENT, or CANCELLED when their sender leaves
 */
export async function* decodableFrames(
  body: AsyncIterable<Uint8Array>,
  options: MessageOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const encoding = encodingOf(options.header.get("content-type") ?? "");
  let unread: Uint8Array = new Uint8Array();
  for await (const chunk of untilLeft(body)) {
    const { frames, rest } = framesIn(Buffer.concat([unread, chunk]), options);
    for (const { whole, message } of frames) {
      if (encoding && message) await refuseMessage(message, encoding, options);
      yield whole;
    }
    unread = rest;
    // Connect refuses it as soon as it sees its head.
    if (!announcesGiant(rest, options)) continue;
    yield rest;
    unread = new Uint8Array();
  }
  if (unread.length > 0) yield unread;
}

/** The platform's error of a body whose sender leaves is the caller's doing, and no defect. */
async function* untilLeft(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body;
  } catch {
    throw new ConnectError("The caller left.", Code.Canceled);
  }
}

async function refuseMessage(message: Sent, encoding: Encoding, options: MessageOptions): Promise<void> {
  const { schema } = options;
  const data = message.isCompressed ? await decompressed(message.data, encoding, options) : message.data;
  if (!data) return;
  if (encoding.json && !isUtf8(data)) throw undecodable("its JSON is not UTF-8", "Encode it as UTF-8");
  try {
    if (encoding.json)
      fromJson(schema, JSON.parse(new TextDecoder().decode(data)), { ignoreUnknownFields: true });
    else fromBinary(schema, data);
  } catch (error) {
    if (error instanceof TypeError) throw undecodable("a text in it is not UTF-8", "Encode texts as UTF-8");
    // It may say what the caller sent: as long as that was, and with half of a character,
    // which Connect cannot write in gRPC's trailers.
    const fact = messageOf(error).slice(0, longestFact).toWellFormed();
    throw undecodable(`it is no ${schema.typeName} (${fact})`, "Encode it as the server's .proto files say");
  }
}

/** Undefined for what is no call, which Connect refuses. */
function encodingOf(contentType: string): Encoding | undefined {
  const [, protocol, format] =
    /^application\/(?:(grpc|grpc-web|connect)(?:\+|$|;))?(proto|json)?/i.exec(contentType) ?? [];
  if (!protocol && !format) return undefined;
  const json = format?.toLowerCase() === "json";
  switch (protocol?.toLowerCase()) {
    case undefined:
      return { framed: false, json, compression: "content-encoding" };
    case "connect":
      return { framed: true, json, compression: "connect-content-encoding" };
    default:
      return { framed: true, json, compression: "grpc-encoding" };
  }
}

/** The whole frames at the beginning, and what comes after them. */
function framesIn(body: Uint8Array, options: MessageOptions): { frames: readonly Frame[]; rest: Uint8Array } {
  const frames: Frame[] = [];
  let rest = body;
  while (rest.length >= frameHeadBytes && !announcesGiant(rest, options)) {
    const end = frameHeadBytes + lengthIn(rest);
    if (rest.length < end) break;
    const [flags = 0] = rest;
    const data = rest.subarray(frameHeadBytes, end);
    const isMessage = (flags & (trailerFlag | endStreamFlag)) === 0;
    const message = isMessage ? { data, isCompressed: (flags & compressedFlag) !== 0 } : undefined;
    frames.push({ whole: rest.subarray(0, end), message });
    rest = rest.subarray(end);
  }
  return { frames, rest };
}

/** Whether a frame begins that is larger than it may be, which Connect refuses. */
function announcesGiant(rest: Uint8Array, { bytes }: MessageOptions): boolean {
  return rest.length >= frameHeadBytes && lengthIn(rest) > bytes;
}

function lengthIn(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(1);
}

/** Undefined when no compression is named, or one that is not known, which Connect refuses. */
async function decompressed(
  data: Uint8Array,
  { compression, framed }: Encoding,
  { header, compressions, bytes }: MessageOptions,
): Promise<Uint8Array | undefined> {
  const name = header.get(compression) ?? "identity";
  if (name === "identity") return framed ? undefined : data;
  try {
    return await compressions.find((known) => known.name === name)?.decompress(data, bytes);
  } catch (error) {
    // It would be larger than it may be.
    if (error instanceof ConnectError && error.code === Code.ResourceExhausted) throw error;
    throw undecodable(`it is not compressed with ${name}`, `Compress it as its ${compression} says`);
  }
}

function undecodable(fact: string, wayOut: string): ConnectError {
  return new ConnectError(`Cannot read the request: ${fact}. ${wayOut}.`, Code.InvalidArgument);
}

import { isUtf8 } from "node:buffer";
import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Compression, compressedFlag } from "@connectrpc/connect/protocol";
import { frameHeadBytes } from "../../proto/bounds.ts";

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
 * mistake. Connect calls it INTERNAL, "parse binary: premature EOF". What else
 * may be wrong is left to Connect.
 *
 * @throws ConnectError INVALID_ARGUMENT
 */
export async function refuseUndecodable(body: Uint8Array, options: MessageOptions): Promise<void> {
  const { schema, header } = options;
  const encoding = encodingOf(header.get("content-type") ?? "");
  if (!encoding) return;
  const message = encoding.framed ? onlyFrame(body, options) : { data: body, isCompressed: true };
  if (!message) return;
  const data = message.isCompressed ? await decompressed(message.data, encoding, options) : message.data;
  if (!data) return;
  if (encoding.json) {
    if (!isUtf8(data)) throw undecodable("its JSON is not UTF-8", "Encode it as UTF-8");
    return;
  }
  try {
    fromBinary(schema, data);
  } catch (error) {
    if (error instanceof TypeError) throw undecodable("a text in it is not UTF-8", "Encode texts as UTF-8");
    const fact = error instanceof Error ? error.message : String(error);
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

/** The one frame of the body; undefined when there are none, several or a giant's, which Connect refuses. */
function onlyFrame(
  body: Uint8Array,
  { bytes }: MessageOptions,
): { readonly data: Uint8Array; readonly isCompressed: boolean } | undefined {
  const [flags] = body;
  if (flags === undefined) return undefined;
  const cut = undecodable("it is cut short", "Send all of the frame that it announces");
  if (body.length < frameHeadBytes) throw cut;
  const length = new DataView(body.buffer, body.byteOffset).getUint32(1);
  const data = body.subarray(frameHeadBytes);
  if (data.length < length && length <= bytes) throw cut;
  return data.length === length ? { data, isCompressed: (flags & compressedFlag) !== 0 } : undefined;
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

import { connect } from "node:net";

/** A frame of HTTP/2 as it was on the wire (RFC 9113, section 4.1). */
export interface Frame {
  readonly type: string;
  readonly endsStream: boolean;

  readonly length: number;
}

const types = ["DATA", "HEADERS", "PRIORITY", "RST_STREAM"];
const headLength = 9;
const endStream = 0x1;
const endHeaders = 0x4;

/** Sends one request over a connection of its own, and answers the frames of its response. */
export async function framesOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Promise<readonly Frame[]> {
  const { hostname: host, port, host: authority } = new URL(url);
  const socket = connect({ host, port: Number(port) });
  const pseudo = { ":method": "POST", ":scheme": "http", ":authority": authority };
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  socket.write(frame(4, 0, 0, new Uint8Array()));
  socket.write(frame(1, endHeaders, 1, literals({ ...pseudo, ...headers })));
  socket.write(frame(0, endStream, 1, body));
  const frames: Frame[] = [];
  let unread = Buffer.alloc(0);
  for await (const chunk of socket) {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= headLength && unread.length >= headLength + unread.readUIntBE(0, 3)) {
      const length = unread.readUIntBE(0, 3);
      const type = types[unread.readUInt8(3)];
      const endsStream = (unread.readUInt8(4) & endStream) !== 0;
      const stream = unread.readUInt32BE(5);
      unread = unread.subarray(headLength + length);
      if (stream !== 1 || !type) continue;
      frames.push({ type, endsStream, length });
      // Leaving the loop destroys the socket.
      if (type === "RST_STREAM" || endsStream) return frames;
    }
  }
  throw new Error("the connection ended before the response did");
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(headLength);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Header fields without index or Huffman code, of up to 126 bytes each (RFC 7541, section 6.2.2). */
function literals(headers: Readonly<Record<string, string>>): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]),
  );
}

import { once } from "node:events";
import { connect } from "node:net";

const frameHead = 9;

/** The types of HTTP/2's frames that the tests look at. RFC 9113, section 6. */
export const frameTypes = { data: 0, headers: 1, reset: 3, settings: 4, goAway: 7, continuation: 9 } as const;

/** A frame as it arrived. */
export interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** An HTTP/2 connection of bytes: it follows no rule by itself, and acknowledges nothing. */
export interface RawHttp2 {
  write(...frames: readonly Buffer[]): void;
  /** What arrived so far. */
  readonly frames: readonly Frame[];
  /** Resolves when the server has closed it. */
  readonly closed: Promise<unknown>;
  cut(): void;
}

/** Connects, and has the server's SETTINGS. */
export async function connectRawHttp2(port: number): Promise<RawHttp2> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const frames: Frame[] = [];
  let rest = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= frameHead && rest.length >= frameHead + rest.readUIntBE(0, 3)) {
      const end = frameHead + rest.readUIntBE(0, 3);
      const stream = rest.readUInt32BE(5) & 0x7fffffff;
      frames.push({ type: rest.readUInt8(3), stream, payload: rest.subarray(frameHead, end) });
      rest = rest.subarray(end);
    }
  });
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  socket.write(frame(frameTypes.settings, 0, 0, Buffer.alloc(0)));
  while (frames.length === 0) await once(socket, "data");
  return {
    write: (...bytes) => void socket.write(Buffer.concat(bytes)),
    frames,
    closed,
    cut: () => socket.destroy(),
  };
}

/** Acknowledges the server's SETTINGS. */
export function settingsAck(): Buffer {
  return frame(frameTypes.settings, 1, 0, Buffer.alloc(0));
}

/** A POST with its body. */
export function post(
  stream: number,
  path: string,
  more: readonly (readonly [string, string])[] = [],
): Buffer {
  const fields = [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "localhost"],
    ...more,
  ] as const;
  const block = Buffer.concat(fields.map(([name, value]) => literal(name, value)));
  const frames: Buffer[] = [];
  for (let start = 0; start < block.length; start += 16_384) {
    const endsHeaders = start + 16_384 >= block.length ? 4 : 0;
    const type = start === 0 ? frameTypes.headers : frameTypes.continuation;
    frames.push(frame(type, endsHeaders, stream, block.subarray(start, start + 16_384)));
  }
  frames.push(frame(frameTypes.data, 1, stream, Buffer.alloc(0)));
  return Buffer.concat(frames);
}

/** Cancels a stream. */
export function reset(stream: number): Buffer {
  const cancel = Buffer.from([0, 0, 0, 8]);
  return frame(frameTypes.reset, 0, stream, cancel);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(frameHead);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A field without indexing, its name and value as they are. RFC 7541, section 6.2.2. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

function text(characters: string): Buffer {
  const bytes = Buffer.from(characters);
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let left = bytes.length - 127;
  for (; left >= 128; left = Math.floor(left / 128)) length.push((left % 128) + 128);
  length.push(left);
  return Buffer.concat([Buffer.from(length), bytes]);
}

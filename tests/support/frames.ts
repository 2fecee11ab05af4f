/** The five bytes that gRPC, gRPC-Web and Connect put before a message, and the message. */
export interface Frame {
  readonly flags: number;
  readonly data: Buffer;
}

/** By the flags, what a frame has. */
export const frameFlags = { compressed: 0x01, endOfConnect: 0x02, trailersOfWeb: 0x80 } as const;

const headBytes = 5;

/** A message in a frame: flags, length, message. */
export function framed(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(flags);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** The whole frames in a body; one that is cut short is left out. */
export function framesIn(body: Buffer): readonly Frame[] {
  const frames: Frame[] = [];
  for (let rest = body; rest.length >= headBytes; ) {
    const end = headBytes + rest.readUInt32BE(1);
    if (rest.length < end) break;
    frames.push({ flags: rest.readUInt8(0), data: rest.subarray(headBytes, end) });
    rest = rest.subarray(end);
  }
  return frames;
}

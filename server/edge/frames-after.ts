// gRPC, gRPC-Web and Connect frame the messages of a stream alike: a byte of
// flags, four of length, the message. In their binary encodings the message is
// protobuf. So frames that were made elsewhere fit into any such stream.
const binaryStreams = /^application\/(grpc(-web)?(\+proto)?|connect\+proto)$/;

/**
 * Frames to be written right after the message that a method yields next:
 * hundreds of matches cross Connect's generators as one.
 */
export class FramesAfter {
  /** Whether the call's encoding has such frames; a method must not add any otherwise. */
  readonly fit: boolean;
  #frames: Uint8Array | undefined;

  constructor(contentType: string | undefined) {
    this.fit = binaryStreams.test(contentType?.split(";", 1)[0]?.trim() ?? "");
  }

  /** Uncompressed frames, whole, for after the message that is yielded next. */
  add(frames: Uint8Array): void {
    if (!this.fit) throw new Error("cannot add frames: the call is not a binary stream");
    if (frames.length > 0) this.#frames = frames;
  }

  /** The frames for after the message that was just written. */
  take(): Uint8Array | undefined {
    const frames = this.#frames;
    this.#frames = undefined;
    return frames;
  }
}

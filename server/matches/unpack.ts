import { fromBinary } from "@bufbuild/protobuf";
import { frameHeadBytes } from "../../proto/bounds.ts";
import { type HashNameResponse, HashNameResponseSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";

/** The message of the first frame, and the frames after it as they are. */
export function firstAndRest(frames: Uint8Array): { first: HashNameResponse; rest: Uint8Array } {
  const length = new DataView(frames.buffer, frames.byteOffset).getUint32(1);
  const end = frameHeadBytes + length;
  return {
    first: fromBinary(HashNameResponseSchema, frames.subarray(frameHeadBytes, end)),
    rest: frames.subarray(end),
  };
}

/** The messages of frames, in order. */
export function* messagesIn(frames: Uint8Array): Generator<HashNameResponse, void, void> {
  for (let left = frames; left.length > 0; ) {
    const { first, rest } = firstAndRest(left);
    yield first;
    left = rest;
  }
}

/** The message of the last frame, of at least one. */
export function lastMessageIn(frames: Uint8Array): HashNameResponse {
  let message: HashNameResponse | undefined;
  for (const next of messagesIn(frames)) message = next;
  if (!message) throw new Error("there are no frames to read a message from");
  return message;
}

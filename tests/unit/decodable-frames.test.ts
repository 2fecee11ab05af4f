import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ScanRequestSchema } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { decodableFrames } from "../../server/edge/request-message.ts";
import { framed } from "../support/frames.ts";

const interrupt = framed(
  toBinary(ScanRequestSchema, create(ScanRequestSchema, { request: { case: "interrupt", value: {} } })),
);
const garbage = framed(Buffer.of(0xff));

describe("messages that a caller streams", () => {
  test("are passed on whole, however they are cut", async () => {
    const sent = Buffer.concat([interrupt, interrupt, framed(Buffer.alloc(0))]);
    for (const size of [1, 3, sent.length]) {
      const chunks = Array.from({ length: Math.ceil(sent.length / size) }, (_, i) =>
        sent.subarray(i * size, (i + 1) * size),
      );
      const { passed, error } = await read(chunks);
      assert.deepEqual(passed.map(String), [interrupt, interrupt, framed(Buffer.alloc(0))].map(String));
      assert.equal(error, undefined);
    }
  });

  test("are INVALID_ARGUMENT from the first that cannot be decoded", async () => {
    const { passed, error } = await read([interrupt, garbage, interrupt]);
    assert.equal(passed.length, 1);
    assert.equal(error?.code, Code.InvalidArgument);
    assert.match(error.rawMessage, /^Cannot read the request: it is no hash_name\.v1\.ScanRequest \(/);
  });

  test("are not kept when one is announced that is larger than it may be", async () => {
    const giant = Buffer.concat([Buffer.of(0, 6, 0, 0, 0), Buffer.alloc(50)]);
    const { passed } = await read([giant, Buffer.alloc(50)]);
    assert.equal(passed[0]?.length, giant.length);
  });

  test("are CANCELLED when their sender leaves", async () => {
    const { error } = await read([interrupt], new Error("Premature close"));
    assert.equal(error?.code, Code.Canceled);
  });
});

/** What is passed on of the chunks, and the error in the end. */
async function read(
  chunks: readonly Uint8Array[],
  failure?: Error,
): Promise<{ passed: Uint8Array[]; error: ConnectError | undefined }> {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* chunks;
    if (failure) throw failure;
  }
  const header = new Headers({ "content-type": "application/grpc+proto" });
  const options = { schema: ScanRequestSchema, header, compressions: [], bytes: 1000 };
  const passed: Uint8Array[] = [];
  try {
    for await (const frame of decodableFrames(body(), options)) passed.push(frame);
    return { passed, error: undefined };
  } catch (error) {
    assert.ok(error instanceof ConnectError, String(error));
    return { passed, error };
  }
}

import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fetchInPieces } from "../../web/src/api/in-pieces.ts";

afterEach(() => mock.restoreAll());

/** Answers every fetch with that body, in chunks of that size. */
function answerWith(
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null,
  init?: ResponseInit,
): void {
  mock.method(globalThis, "fetch", async () => new Response(body, init));
}

test("what arrives at once is read in pieces of 16 kB, and is the same", async () => {
  const sent = new Uint8Array(100_000).map((_, i) => i % 251);
  answerWith(sent, { status: 201, headers: { "grpc-status": "0" } });
  const response = await fetchInPieces("http://test");
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("grpc-status"), "0");
  const sizes: number[] = [];
  const bytes: number[] = [];
  for await (const piece of response.body ?? []) {
    sizes.push(piece.length);
    bytes.push(...piece);
  }
  assert.deepEqual(sizes, [...Array(6).fill(16_384), 100_000 - 6 * 16_384]);
  assert.deepEqual(Uint8Array.from(bytes), sent);
});

test("an answer without a body is left as it is", async () => {
  answerWith(null, { status: 204 });
  assert.equal((await fetchInPieces("http://test")).body, null);
});

test("nothing is read that is not wanted, and who leaves cancels the answer itself", async () => {
  let pulls = 0;
  let cancelled: unknown;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls++;
        controller.enqueue(new Uint8Array(10));
      },
      cancel(reason) {
        cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  answerWith(body);
  const reader = (await fetchInPieces("http://test")).body?.getReader();
  assert.equal(pulls, 0);
  await reader?.read();
  assert.equal(pulls, 1);
  await reader?.cancel("enough");
  assert.equal(cancelled, "enough");
});

test("an answer that breaks off breaks off in pieces too", async () => {
  const broken = new Error("cut");
  answerWith(new ReadableStream({ pull: (controller) => controller.error(broken) }));
  const { body } = await fetchInPieces("http://test");
  await assert.rejects(async () => await body?.getReader().read(), broken);
});

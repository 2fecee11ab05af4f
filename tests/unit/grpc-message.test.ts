import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { grpcMessage, readableTrailerFrame, readableTrailers } from "../../server/edge/grpc-message.ts";
import { framed } from "../support/frames.ts";

describe("grpc-message", () => {
  for (const [words, written] of [
    ['Use letters, digits, + or /: "=" & ~ end.', 'Use letters, digits, + or /: "=" & ~ end.'],
    ["100 % of %2C", "100 %25 of %252C"],
    ["größer 🙂", "gr%C3%B6%C3%9Fer %F0%9F%99%82"],
    ["two\r\nlines\tand \u007f", "two%0D%0Alines%09and %7F"],
    ["  spaces at the ends ", "%20%20spaces at the ends%20"],
    ["half \ud83d a pair", "half %EF%BF%BD a pair"],
    ["", ""],
  ] as const) {
    test(`writes ${JSON.stringify(words)} as ${JSON.stringify(written)}`, () => {
      assert.equal(grpcMessage(words), written);
    });
  }

  test("is read back as it was, and is printable ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (words) => {
        assert.equal(decodeURIComponent(grpcMessage(words)), words);
        assert.match(grpcMessage(words), /^[ -~]*$/);
      }),
    );
  });

  test("is readable in trailers, which keep the rest", () => {
    const trailers = new Headers({ "grpc-status": "3", "grpc-message": "a%2C%20b%25", other: "a%2C" });
    assert.deepEqual(readableTrailers(trailers), {
      "grpc-status": "3",
      "grpc-message": "a, b%25",
      other: "a%2C",
    });
    assert.deepEqual(readableTrailers(new Headers({ "grpc-status": "0" })), { "grpc-status": "0" });
  });

  test("is readable in gRPC-Web's frame of trailers, whose length is right again", () => {
    const trailers = (words: string) =>
      trailerFrame(`grpc-message: ${words}\r\ngrpc-status: 3\r\nother: a%2C\r\n`);
    assert.deepEqual(readableTrailerFrame(trailers("a%2C%20b%25")), trailers("a, b%25"));
    assert.deepEqual(
      readableTrailerFrame(trailerFrame("grpc-status: 0\r\n")),
      trailerFrame("grpc-status: 0\r\n"),
    );
  });

  test("is not looked for in messages", () => {
    const message = framed(Buffer.from("grpc-message: a%2C\r\n"));
    assert.equal(readableTrailerFrame(message), message);
  });
});

function trailerFrame(text: string): Buffer {
  const frame = framed(Buffer.from(text));
  frame[0] = 0x80;
  return frame;
}

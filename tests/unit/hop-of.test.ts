import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { ScanAcceptedSchema, ScanEndedSchema } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { hopOf } from "../../server/cluster/hop-of.ts";

const accepted = create(ScanAcceptedSchema, { serverInstance: "a", serverName: "machine a" });
const known = { hashes: 1000, isConfirmed: true, deadlineMs: 5000 };

describe("what is told of another server", () => {
  test("is what it said, with its times in milliseconds", () => {
    const ended = create(ScanEndedSchema, {
      interruptSeenAfter: { seconds: 1n, nanos: 500_000 },
      idleAfter: { seconds: 2n, nanos: 250_000 },
      hashesAfterInterrupt: 30n,
    });
    assert.deepEqual(hopOf(accepted, ended, known), {
      serverInstance: "a",
      serverName: "machine a",
      hashes: 1000,
      hashesAfterInterrupt: 30,
      interruptSeenAfterMs: 1000.5,
      idleAfterMs: 2000.25,
      isConfirmed: true,
      endsWithinMs: 0,
      behind: [],
    });
  });

  test("is nothing but its deadline when it was never heard of", () => {
    assert.deepEqual(hopOf(undefined, undefined, { ...known, hashes: 0, isConfirmed: false }), {
      serverInstance: "",
      serverName: "",
      hashes: 0,
      hashesAfterInterrupt: 0,
      interruptSeenAfterMs: undefined,
      idleAfterMs: 0,
      isConfirmed: false,
      endsWithinMs: 5000,
      behind: [],
    });
  });

  test("takes off what those behind it computed, whose word it hands on", () => {
    const behind = {
      serverInstance: "b",
      serverName: "machine b",
      hashes: 300n,
      hashesAfterInterrupt: 4n,
      interruptSeenAfter: { nanos: 7_000_000 },
      idleAfter: { nanos: 8_000_000 },
      unconfirmed: 2,
      endsWithin: { seconds: 9n },
    };
    const ended = create(ScanEndedSchema, { hops: [behind, { serverInstance: "c", hashes: 100n }] });
    const hop = hopOf(accepted, ended, known);
    assert.equal(hop.hashes, 600);
    assert.deepEqual(hop.behind, [
      {
        serverInstance: "b",
        serverName: "machine b",
        hashes: 300,
        hashesAfterInterrupt: 4,
        interruptSeenAfterMs: 7,
        idleAfterMs: 8,
        unconfirmed: 2,
        endsWithinMs: 9000,
      },
      {
        serverInstance: "c",
        serverName: "",
        hashes: 100,
        hashesAfterInterrupt: 0,
        interruptSeenAfterMs: undefined,
        idleAfterMs: 0,
        unconfirmed: 0,
        endsWithinMs: 0,
      },
    ]);
    assert.equal(hopOf(accepted, ended, { ...known, hashes: 399 }).hashes, 0);
  });

  test("is bounded, whatever it says", () => {
    const ended = create(ScanEndedSchema, {
      hops: Array.from({ length: 257 }, (_, i) => ({ serverInstance: `${i}`.padStart(200, "x") })),
    });
    const long = create(ScanAcceptedSchema, { serverInstance: "i".repeat(129), serverName: "n".repeat(129) });
    const hop = hopOf(long, ended, known);
    assert.deepEqual([hop.serverInstance, hop.serverName], ["i".repeat(128), "n".repeat(128)]);
    assert.equal(hop.behind.length, 256);
    assert.equal(hop.behind[0]?.serverInstance.length, 128);
  });
});

import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { ScanRangeSchema } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion, scanMostMatches } from "../../proto/scan-contract.ts";
import { RemoteSlice } from "../../server/cluster/remote-slice.ts";
import type { Hop, SliceResult } from "../../server/engine/workers.ts";
import { noSpan } from "../../server/tracing/hop-span.ts";
import { fakeScan } from "../support/fake-scan.ts";
import { accepted, computed, ended, madeUp, matches, progress, type Said } from "../support/fake-scanner.ts";
import { rangeOf } from "../support/scan-call.ts";

const job = { name: "doctor", idealDistance: 0, listedDistance: 3, start: 1000n, count: 2000 };
const honest = computed(create(ScanRangeSchema, rangeOf(job)));

describe("a range on another server", () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
  });

  test("is asked for with all that it is", async () => {
    const { scan, worker, slice } = begun();
    await settled();
    const { request } = scan.requests[0] ?? assert.fail("nothing was said");
    assert.ok(request.case === "range");
    const { $typeName: _, ...range } = request.value;
    assert.deepEqual(range, {
      contractVersion: scanContractVersion,
      path: ["first", "self"],
      desiredName: "doctor",
      idealHammingDistance: 0,
      listedHammingDistance: 3,
      startIndex: 1000n,
      count: 2000n,
      client: "self",
    });
    assert.equal(scan.requests.length, 1);
    assert.equal(scan.timeoutMs, 5000);
    assert.equal(slice.worker, worker);
    scan.end();
    await settled();
  });

  test("brings its matches, what was tried, how long it took, and who did it", async () => {
    const { scan, slice, outcome } = begun();
    scan.say(accepted, progress(40n));
    await settled();
    assert.equal(slice.tried, 40);
    assert.deepEqual(outcome.settles, []);
    scan.say(matches(honest.frames.subarray(0, 0)), matches(honest.frames), ended(honest.tried, 0.001));
    scan.end();
    await settled();
    const { result, hop } = outcome.only;
    assert.equal(result?.tried, 2000);
    assert.deepEqual(Buffer.from(result.matches.frames), Buffer.from(honest.frames));
    assert.equal(result.tookMs, 0.001);
    assert.deepEqual(
      [hop?.serverInstance, hop?.hashes, hop?.isConfirmed, hop?.endsWithinMs],
      ["fake", 2000, true, 0],
    );
    assert.deepEqual(outcome.ends, [undefined]);
    assert.equal(slice.tried, 2000);
    assert.ok(scan.signal?.aborted, "nothing of the call is left");
  });

  for (const [what, value] of [
    ["more than there was", { tried: 2000n, took: { seconds: 3600n } }],
    ["less than none", { tried: 2000n, took: { seconds: -3600n } }],
    ["nothing", { tried: 2000n }],
  ] as const) {
    test(`cannot have taken ${what}`, async () => {
      const { scan, outcome } = begun();
      scan.say(accepted, { response: { case: "ended", value } });
      scan.end();
      await settled();
      const { tookMs } = outcome.only.result ?? assert.fail();
      assert.ok(tookMs >= 0 && tookMs < 60_000, `${tookMs} ms`);
      if (what !== "more than there was") assert.equal(tookMs, 0);
      else assert.ok(tookMs > 0);
    });
  }

  test("is interrupted by a message, and settles with what it has", async () => {
    const { scan, slice, outcome } = begun();
    scan.say(accepted);
    await settled();
    slice.interrupt();
    slice.interrupt();
    await settled();
    assert.deepEqual(
      scan.requests.map(({ request }) => request.case),
      ["range", "interrupt"],
    );
    // It may have tried nothing by then.
    scan.say(ended(0n));
    scan.end();
    await settled();
    assert.equal(outcome.only.result?.tried, 0);
    assert.deepEqual(outcome.ends, [undefined]);
    mock.timers.tick(60_000);
    await settled();
    assert.equal(outcome.settles.length, 1);
  });

  test("that has ended is not interrupted any more", async () => {
    const { scan, slice } = begun();
    scan.say(accepted, ended(2000n));
    await settled();
    slice.interrupt();
    await settled();
    assert.equal(scan.requests.length, 1);
    scan.end();
    await settled();
  });

  test("that does not answer an interrupt is given up after 500 ms", async () => {
    const { scan, slice, outcome } = begun();
    scan.say(accepted);
    await settled();
    slice.interrupt();
    mock.timers.tick(499);
    await settled();
    assert.deepEqual(outcome.settles, []);
    mock.timers.tick(1);
    await settled();
    assert.equal(outcome.failure, "it did not answer the interrupt");
    const { result, hop } = outcome.only;
    assert.equal(result, undefined);
    assert.deepEqual([hop?.isConfirmed, hop?.endsWithinMs], [false, 5000]);
  });

  test("is not given up when its answer to an interrupt was only not read yet", async () => {
    const { scan, slice, outcome } = begun();
    scan.say(accepted);
    await settled();
    slice.interrupt();
    mock.timers.tick(500);
    scan.say(ended(3n));
    scan.end();
    await settled();
    assert.equal(outcome.only.result?.tried, 3);
    assert.equal(outcome.failure, undefined);
  });

  test("is given up after a second of silence, and not before", async () => {
    const { scan, outcome } = begun();
    for (const said of [accepted, progress(1n), progress(2n)]) {
      mock.timers.tick(999);
      await settled();
      scan.say(said);
      await settled();
    }
    assert.deepEqual(outcome.settles, []);
    mock.timers.tick(1000);
    await settled();
    assert.equal(outcome.failure, "it was silent for 1 s");
    assert.equal(outcome.only.hop?.hashes, 2);
  });

  test("is not given up when what it said was only not read yet", async () => {
    const { scan, outcome } = begun();
    scan.say(accepted);
    await settled();
    mock.timers.tick(1000);
    scan.say(progress(1n));
    await settled();
    assert.deepEqual(outcome.settles, []);
    scan.say(ended(2000n));
    scan.end();
    await settled();
    assert.equal(outcome.only.result?.tried, 2000);
  });

  test("fails with its call", async () => {
    const { scan, outcome } = begun();
    scan.say(accepted, progress(7n));
    scan.fail(new Error("the connection is gone"));
    await settled();
    assert.equal(outcome.failure, "the connection is gone");
    assert.equal(outcome.only.result, undefined);
    // Its silence afterwards is no second failure.
    mock.timers.tick(60_000);
    await settled();
    assert.equal(outcome.ends.length, 1);
  });

  test("may speak 2,000 times", async () => {
    const { scan, outcome } = begun();
    const more = Array.from({ length: 1998 }, () => progress(1n));
    scan.say(accepted, ...more, ended(2000n));
    scan.end();
    await settled(20);
    assert.equal(outcome.only.result?.tried, 2000);
  });

  const lies: Readonly<Record<string, readonly [said: readonly Said[], reason: RegExp]>> = {
    "speaks 2,001 times": [
      [accepted, ...Array.from({ length: 2000 }, () => progress(1n))],
      /^it says too much$/,
    ],
    "speaks after the end": [[accepted, ended(2000n), progress(2000n)], /^it says more after the end$/],
    "does not accept first": [[progress(1n)], /^it did not accept the range first$/],
    "accepts twice": [[accepted, accepted], /^it accepts the range twice$/],
    "speaks another version": [
      [{ response: { case: "accepted", value: { contractVersion: 2 } } }],
      /^it speaks version 2 of the scan contract, this server version 1: run the same release on both$/,
    ],
    "says what is not in the contract": [[accepted, {}], /^it says what is not in the contract$/],
    "goes back": [[accepted, progress(9n), progress(8n)], /^it says that 8 of 2000 were tried, after 9$/],
    "claims too much": [[accepted, progress(2001n)], /^it says that 2001 of 2000 were tried, after 0$/],
    "claims too much at the end": [[accepted, ended(2001n)], /^it says that 2001 of 2000 were tried/],
    "does not say the end": [[accepted, progress(2000n)], /^it ended without saying what was tried$/],
    "gives it back untouched": [[accepted, ended(0n)], /^it gave its range back with 0 of 2000 tried$/],
    "makes up a match": [
      [accepted, matches(madeUp(1000n, 0)), ended(1n)],
      /^candidate 1000 is not the match that it is said to be$/,
    ],
  };
  for (const [does, [said, reason]] of Object.entries(lies)) {
    test(`is refused of one that ${does}`, async () => {
      const { scan, outcome } = begun();
      scan.say(...said);
      scan.end();
      await settled(20);
      assert.match(outcome.failure ?? "", reason);
      if (does !== "gives it back untouched") {
        // Also of one that said when it was idle.
        assert.deepEqual([outcome.only.result, outcome.only.hop?.isConfirmed], [undefined, false]);
      }
    });
  }

  test("that is given back after one candidate is well", async () => {
    const { scan, outcome } = begun();
    scan.say(accepted, ended(1n));
    scan.end();
    await settled();
    assert.deepEqual(outcome.ends, [undefined]);
    assert.equal(outcome.only.result?.tried, 1);
  });

  test("may have as many matches as a slice that was full before its last part", async () => {
    const most = 2 * scanMostMatches;
    const dense = { ...job, name: "zzzzzzzz", idealDistance: -1, listedDistance: 8, count: most + 1 };
    for (const [count, failure] of [
      [most, undefined],
      [most + 1, "there are too many matches"],
    ] as const) {
      const { scan, outcome } = begun(dense);
      const all = computed(create(ScanRangeSchema, rangeOf({ ...dense, count })));
      const frames = Buffer.concat([all.frames, ...(await restOf(dense, Number(all.tried), count))]);
      scan.say(accepted, matches(frames), ended(BigInt(count)));
      scan.end();
      await settled();
      assert.equal(outcome.failure, failure);
    }
  });
});

/** The kernel lists so many at a time, and the rest in further scans. */
async function restOf(dense: typeof job, from: number, count: number): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (let done = from; done < count; ) {
    const start = dense.start + BigInt(done);
    const { tried, frames } = computed(
      create(ScanRangeSchema, rangeOf({ ...dense, start, count: count - done })),
    );
    parts.push(frames);
    done += Number(tried);
  }
  return parts;
}

function begun(asked = job) {
  const scan = fakeScan();
  const worker = {};
  const settles: { result: SliceResult | undefined; hop: Hop | undefined }[] = [];
  const ends: unknown[] = [];
  const slice = new RemoteSlice({
    scanner: scan.scanner,
    worker,
    job: asked,
    path: ["first", "self"],
    client: "self",
    deadlineMs: 5000,
    span: noSpan,
    settle: (result, hop) => {
      assert.equal(ends.length, 1, "the seat is given back first");
      settles.push({ result, hop });
    },
    onEnd: (failure) => void ends.push(failure),
  });
  const outcome = {
    settles,
    ends,
    get only() {
      assert.equal(settles.length, 1);
      return settles[0] ?? assert.fail();
    },
    get failure() {
      return (ends[0] as Error | undefined)?.message;
    },
  };
  return { scan, worker, slice, outcome };
}

/** All promises that wait for nothing have gone on. */
async function settled(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
}

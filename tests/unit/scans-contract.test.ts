import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { type ScanEnded, type ScanResponse, ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { candidateSpace } from "../../proto/rules.ts";
import { scanContractVersion, scanMatchesBytes } from "../../proto/scan-contract.ts";
import { Engine } from "../../server/engine/engine.ts";
import type { Hop } from "../../server/engine/workers.ts";
import { scans } from "../../server/rpc/scans.ts";
import { scannerOn } from "../../server/scans/scanner.ts";
import { type FakeSlice, FakeWorkers } from "../support/fake-workers.ts";
import { plainFrames } from "../support/reference.ts";
import { callScan, rangeOf, type ScanCall, type ScanClient } from "../support/scan-call.ts";
import { until } from "../support/until.ts";

const job = { name: "doctor", idealDistance: -1, listedDistance: 3, start: 5n, count: 3000 };

describe("a server as a worker", () => {
  let workers: FakeWorkers;
  let scanner: ScanClient;
  let call: ScanCall | undefined;
  let said: AsyncIterator<ScanResponse> | undefined;
  beforeEach(() => {
    workers = new FakeWorkers(2);
    serve();
  });

  function serve(): void {
    const identity = {
      serverInstance: "served",
      serverName: "in this process",
      expectedHashesPerSecond: 4321,
      upstreamInstances: () => ["behind it"],
      leaving: new AbortController().signal,
    };
    const transport = createRouterTransport((router) =>
      router.service(ScanService, scans(scannerOn(new Engine(workers)), identity)),
    );
    scanner = createClient(ScanService, transport);
  }
  afterEach(async () => {
    // Its end is read too: the call's own time limit would outlive the test.
    const rest = said && restOf(said).catch(() => {});
    call?.cancel();
    await rest;
    call = undefined;
    said = undefined;
  });

  test("says who it is, what it is good for, and whom it computes through", async () => {
    const said = await scanner.getScanner({ contractVersion: scanContractVersion, path: ["test"] });
    const { $typeName: _, ...fields } = said;
    assert.deepEqual(fields, {
      contractVersion: scanContractVersion,
      serverInstance: "served",
      serverName: "in this process",
      seats: 2,
      expectedHashesPerSecond: 4321,
      instances: ["served", "behind it"],
    });
  });

  test("refuses another version of the contract, whether it is asked or given a range", async () => {
    const words = /^This server speaks version 1 of the scan contract, the caller version 2\. Run the same/;
    await refused(scanner.getScanner({ contractVersion: 2 }), Code.FailedPrecondition, words);
    await refused(all({ contractVersion: 2 }), Code.FailedPrecondition, words);
  });

  test("refuses to compute for itself", async () => {
    const words = /^This server would compute for itself: its upstreams lead back to it\. Take the loop/;
    const path = ["first", "served", "last"];
    await refused(
      scanner.getScanner({ contractVersion: scanContractVersion, path }),
      Code.FailedPrecondition,
      words,
    );
    await refused(all({ path }), Code.FailedPrecondition, words);
  });

  test("refuses a call that does not begin with its range", async () => {
    const words = /^The first message of a scan must be its range\.$/;
    await refused(Array.fromAsync(scanner.scan(asking([]))), Code.InvalidArgument, words);
    const interrupt = { request: { case: "interrupt" as const, value: {} } };
    await refused(Array.fromAsync(scanner.scan(asking([interrupt]))), Code.InvalidArgument, words);
  });

  for (const [what, range] of [
    ["of no candidate", { count: 0n }],
    ["of 2^32 candidates", { count: 2n ** 32n }],
    ["that goes beyond the space", { startIndex: candidateSpace - 9n, count: 10n }],
    ["of a name that is none", { desiredName: "a b" }],
    ["of a name that no hash holds", { desiredName: "x9/=", idealHammingDistance: -1 }],
    ["that lists less than the ideal", { idealHammingDistance: 3, listedHammingDistance: 2 }],
    ["that lists none of the ideal ones", { idealHammingDistance: 1, listedHammingDistance: 0 }],
  ] as const) {
    test(`refuses a range ${what}`, async () => {
      await refused(all(range), Code.InvalidArgument, /^The range is none: the rules are those of a search/);
      assert.equal(workers.busy, 0);
    });
  }

  for (const [what, range] of [
    ["of one candidate", { count: 1n }],
    ["of 2^32 - 1 candidates", { count: 2n ** 32n - 1n }],
    ["up to the end of the space", { startIndex: candidateSpace - 10n, count: 10n }],
    ["that lists the ideal ones alone", { idealHammingDistance: 1, listedHammingDistance: 1 }],
  ] as const) {
    test(`takes a range ${what}`, async () => {
      const messages = begun(range);
      assert.equal((await messages.next()).value?.response.case, "accepted");
      const slice = await busy();
      const given = { ...rangeOf(job), ...range };
      assert.deepEqual(
        [slice.job.name, slice.job.start, slice.job.idealDistance, slice.job.listedDistance],
        [given.desiredName, given.startIndex, given.idealHammingDistance, given.listedHammingDistance],
      );
      assert.ok(slice.job.count >= 1 && BigInt(slice.job.count) <= given.count);
      const rejected = assert.rejects(restOf(messages));
      call?.cancel();
      await rejected;
      await until(() => slice.isInterrupted);
      slice.finish(0);
    });
  }

  test("accepts, tells its progress and matches in order, and says the end", async () => {
    const messages = begun({});
    const { value: first } = await messages.next();
    assert.ok(first?.response.case === "accepted");
    assert.deepEqual(
      [first.response.value.contractVersion, first.response.value.serverInstance],
      [scanContractVersion, "served"],
    );
    assert.equal(first.response.value.serverName, "in this process");
    const slice = await busy();
    slice.tried = 17;
    const { value: second } = await messages.next();
    assert.ok(second?.response.case === "progress" && second.response.value.tried === 17n);
    const rest = restOf(messages);
    await computeAll(rest);
    const { frames, ended } = await rest;
    assert.deepEqual(Buffer.concat(frames), Buffer.from(plainFrames(job)));
    assert.equal(ended?.tried, BigInt(job.count));
    assert.ok((ended?.took?.nanos ?? 0) > 0);
    assert.ok((ended?.idleAfter?.nanos ?? 0) > 0);
    assert.equal(ended?.interruptSeenAfter, undefined);
    assert.equal(ended?.hashesAfterInterrupt, 0n);
  });

  test("says matches in messages of bounded size, as few as can be, each of whole frames", async () => {
    // In one slice.
    workers = new FakeWorkers(1, 50_000);
    serve();
    const dense = { ...job, listedDistance: 6, count: 4000 };
    const rest = restOf(begun(rangeOf(dense)));
    await computeAll(rest);
    const { frames } = await rest;
    assert.deepEqual(Buffer.concat(frames), Buffer.from(plainFrames(dense)));
    assert.ok(frames.length > 1);
    for (const [i, part] of frames.entries()) {
      assert.ok(part.length > 0 && part.length <= scanMatchesBytes, `${part.length} bytes`);
      const next = frames[i + 1];
      if (next) assert.ok(part.length + 5 + (next[4] as number) > scanMatchesBytes, `${part.length} bytes`);
    }
  });

  test("says a match that is the only one", async () => {
    const single = { ...job, listedDistance: 6, count: 1 };
    const rest = restOf(begun(rangeOf(single)));
    await computeAll(rest);
    assert.deepEqual(
      (await rest).frames.map((part) => Buffer.from(part)),
      [Buffer.from(plainFrames(single))],
    );
  });

  test("goes on when the caller says something that is no interrupt", async () => {
    const range = { request: { case: "range" as const, value: rangeOf(job) } };
    const rest = restOf(scanner.scan(asking([range, range]))[Symbol.asyncIterator]());
    const slice = await busy();
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    assert.equal(slice.isInterrupted, false);
    await computeAll(rest);
    assert.equal((await rest).ended?.tried, BigInt(job.count));
  });

  test("says when it saw the interrupt, what it computed after it, and what those behind it said", async () => {
    const messages = begun({});
    await messages.next();
    const slice = await busy();
    slice.tried = 10;
    call?.interrupt();
    await until(() => slice.isInterrupted);
    const rest = restOf(messages);
    slice.crash(behind);
    const { ended } = await rest;
    assert.equal(ended?.tried, 0n);
    assert.ok(ended.interruptSeenAfter && ended.interruptSeenAfter.seconds === 0n);
    assert.equal(ended.hashesAfterInterrupt, 0n);
    assert.deepEqual(
      ended.hops.map(({ serverInstance, hashes, unconfirmed, interruptSeenAfter }) => [
        serverInstance,
        hashes,
        unconfirmed,
        interruptSeenAfter?.nanos,
      ]),
      [["behind it", 5n, 0, 3_000_000]],
    );
  });

  test("counts what its worker went on to compute after the interrupt", async () => {
    const messages = begun({});
    await messages.next();
    const slice = await busy();
    slice.tried = 10;
    call?.interrupt();
    await until(() => slice.isInterrupted);
    const rest = restOf(messages);
    slice.finish(25);
    const { ended } = await rest;
    assert.deepEqual([ended?.tried, ended?.hashesAfterInterrupt], [25n, 15n]);
  });

  test("interrupts its worker when the call is cancelled without a word", async () => {
    const messages = begun({});
    await messages.next();
    const slice = await busy();
    const rejected = assert.rejects(restOf(messages));
    call?.cancel();
    await rejected;
    await until(() => slice.isInterrupted);
    slice.finish(0);
    await new Promise(setImmediate);
    assert.equal(workers.busy, 0);
  });

  function begun(range: Partial<ReturnType<typeof rangeOf>>): AsyncIterator<ScanResponse> {
    call = callScan(scanner, { ...rangeOf(job), ...range });
    said = call.responses[Symbol.asyncIterator]();
    return said;
  }

  async function all(range: Partial<ReturnType<typeof rangeOf>>): Promise<void> {
    await restOf(begun(range));
  }

  async function busy(): Promise<FakeSlice> {
    await until(() => workers.busy > 0);
    return workers.slices[0] as FakeSlice;
  }

  /** Computes every slice that comes until the call has ended. */
  async function computeAll(call: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    call.then(over, over);
    while (!isOver) {
      for (const slice of [...workers.slices]) slice.compute(slice.job.count);
      await new Promise(setImmediate);
    }
  }
});

const behind: Hop = {
  serverInstance: "behind it",
  serverName: "b",
  hashes: 5,
  hashesAfterInterrupt: 0,
  interruptSeenAfterMs: 3,
  idleAfterMs: 8,
  isConfirmed: true,
  endsWithinMs: 0,
  behind: [],
};

async function restOf(messages: AsyncIterator<ScanResponse>) {
  const frames: Uint8Array[] = [];
  let ended: ScanEnded | undefined;
  for (let next = await messages.next(); !next.done; next = await messages.next()) {
    const { response } = next.value;
    assert.equal(ended, undefined, "nothing comes after the end");
    if (response.case === "matches") frames.push(response.value.frames);
    if (response.case === "ended") ended = response.value;
  }
  return { frames, ended };
}

async function* asking<T>(requests: readonly T[]): AsyncGenerator<T> {
  yield* requests;
}

async function refused(call: Promise<unknown>, code: Code, words: RegExp): Promise<void> {
  await assert.rejects(call, (error) => {
    const { code: said, rawMessage } = ConnectError.from(error);
    assert.equal(said, code);
    assert.match(rawMessage, words);
    return true;
  });
}

import assert from "node:assert/strict";
import { createServer as createHttp1Server } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { before, describe, type TestContext, test } from "node:test";
import { setTimeout as pause, setImmediate } from "node:timers/promises";
import { toBinary } from "@bufbuild/protobuf";
import { pino } from "pino";
import { HopSchema } from "../../proto/gen/hash_name/v1/hop_pb.ts";
import type { ScanRange } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import type { Upstream } from "../../server/cluster/upstream.ts";
import { Engine } from "../../server/engine/engine.ts";
import { ThreadPool } from "../../server/engine/thread-pool.ts";
import { reportMessage } from "../../server/rpc/messages.ts";
import {
  accepted,
  computed,
  ended,
  honestly,
  listening,
  madeUp,
  matches,
  progress,
  type Said,
  type Scanner,
  type Scanning,
  startFakeScanner,
  startHttp2,
} from "../support/fake-scanner.ts";
import { framesOf, searchOn } from "../support/frames-of.ts";
import { type ListedQuery, plainly } from "../support/listed.ts";
import { matchesIn } from "../support/matches.ts";
import { remoteWorkersOn } from "../support/remote-workers.ts";
import { assertKernelsRight } from "../support/right-kernels.ts";
import { assertSameLists } from "../support/same-lists.ts";
import { until } from "../support/until.ts";

const query: ListedQuery = { name: "doctor", distance: 3, end: 80_000 };
const plain = plainly(query);
const gigabyte = 2 ** 30;

/** What each says of a range, and why it is refused. */
const lies: Readonly<Record<string, readonly [scan: Scanning, reason: RegExp]>> = {
  "answers matches outside of the range": [
    changed((range) => computed({ ...range, startIndex: range.startIndex + range.count })),
    /^candidate \d+ is not in the range$/,
  ],
  "doubles its matches": [
    changed((range) => {
      const { tried, frames } = computed(range);
      return { tried, frames: Buffer.concat([frames, frames]) };
    }),
    /comes twice or too late/,
  ],
  "reorders its matches": [
    changed((range) => {
      const { tried, frames } = computed(range);
      return { tried, frames: Buffer.concat(framesIn(frames).reverse()) };
    }),
    /comes twice or too late/,
  ],
  "cuts its matches short": [
    changed((range) => {
      const { tried, frames } = computed(range);
      return { tried, frames: frames.subarray(0, -1) };
    }),
    /a frame is cut short/,
  ],
  "answers what is no match": [
    changed(({ count }) => ({ tried: count, frames: Buffer.from("no frames at all") })),
    /a frame is cut short or too long/,
  ],
  "answers matches that are too far away": [
    changed((range) => ({ ...computed(range), frames: madeUp(range.startIndex, 4) })),
    /is 4 away, which is too far/,
  ],
  "makes up an ideal match": [
    changed(({ startIndex }) => ({ tried: 1n, frames: madeUp(startIndex, 0) })),
    /is not the match that it is said to be/,
  ],
  "goes on after an ideal match": [
    changed((range) => {
      const { tried, frames } = computed({
        ...range,
        startIndex: range.startIndex + 1n,
        count: range.count - 1n,
      });
      return { tried, frames: Buffer.concat([madeUp(range.startIndex, 0), frames]) };
    }),
    /a match comes after the ideal one/,
  ],
  "claims more tried than asked": [
    changed((range) => ({ ...computed(range), tried: range.count + 1n })),
    /were tried, after 0/,
  ],
  "claims matches beyond what it tried": [
    changed((range) => ({ ...computed(range), tried: 1n })),
    /a match lies beyond what was tried/,
  ],
  "goes back in its progress": [
    function* (range) {
      yield accepted;
      yield progress(range.count / 2n);
      yield progress(1n);
    },
    /^it says that 1 of \d+ were tried, after \d+$/,
  ],
  "does not say the end": [
    function* (range) {
      yield accepted;
      yield progress(range.count);
    },
    /it ended without saying what was tried/,
  ],
  "says the end twice": [
    function* (range) {
      yield* honestly(range);
      yield ended(range.count);
    },
    /it says more after the end/,
  ],
  "does not accept the range first": [
    function* (range) {
      yield progress(range.count);
    },
    /it did not accept the range first/,
  ],
  "is of another contract version, behind a balancer": [
    function* () {
      yield { response: { case: "accepted", value: { contractVersion: 2 } } };
    },
    /it speaks version 2 of the scan contract, this server version 1: run the same release/,
  ],
  "says what is not in the contract": [
    function* () {
      yield accepted;
      yield {};
    },
    /it says what is not in the contract/,
  ],
  "talks without end": [
    async function* () {
      yield accepted;
      for (let said = 0; ; said++) {
        yield progress(0n);
        // It shares the loop with the one that listens.
        if (said % 100 === 0) await setImmediate();
      }
    },
    /it says too much/,
  ],
  "gives the range back untouched": [
    function* () {
      yield accepted;
      yield ended(0n);
    },
    /it gave its range back with 0 of \d+ tried/,
  ],
  "is silent": [
    async function* () {
      yield accepted;
      await pause(60_000, undefined, { ref: false });
    },
    /it was silent for 1 s/,
  ],
  fails: [
    // biome-ignore lint/correctness/useYield: it only fails.
    function* () {
      throw new Error("a worker's own defect");
    },
    /internal error/,
  ],
};

describe("beside a worker that is right, one that", () => {
  before(assertKernelsRight);

  for (const [does, [scan, reason]] of Object.entries(lies)) {
    test(`${does} is refused and set aside, and its range redone`, async (t) => {
      const worker = await startFakeScanner(scan);
      t.after(() => worker.close());
      const cluster = clusterOf(t, worker.url);
      await until(() => cluster.upstream.seats > 0);
      const found = searched(cluster.engine);
      await until(() => cluster.logged("an upstream is set aside").length > 0);
      const [entry] = cluster.logged("an upstream is set aside");
      assert.match(String(entry?.reason), reason);
      assert.equal(entry?.upstream, worker.url);
      assertSameLists(await found, plain);
    });
  }

  test("sends a gigabyte is not read", async (t) => {
    let sent = 0;
    const worker = await startHttp2((stream, path) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc+proto" });
      const head = Buffer.alloc(5);
      head.writeUInt32BE(gigabyte, 1);
      stream.write(head);
      const chunk = Buffer.alloc(65_536);
      const flood = (): void => {
        while (!stream.destroyed && sent < gigabyte) {
          sent += chunk.length;
          if (!stream.write(chunk)) break;
        }
      };
      stream.on("drain", flood);
      assert.match(path, /GetScanner$/);
      flood();
    });
    t.after(() => worker.close());
    const cluster = clusterOf(t, worker.url);
    await until(() => cluster.logged("an upstream cannot be used").length > 0);
    assert.match(String(cluster.logged("an upstream cannot be used")[0]?.reason), /larger than/);
    assert.ok(sent < 2 ** 21, `${sent} bytes were sent`);
    assertSameLists(await searched(cluster.engine), plain);
  });

  test("sends matches without end is cut off after some megabytes", async (t) => {
    let sent = 0;
    const worker = await startFakeScanner(function* ({ startIndex }) {
      yield accepted;
      for (let index = startIndex; sent < gigabyte; ) {
        const frames = Buffer.concat(Array.from({ length: 1000 }, () => madeUp(index++, 3)));
        sent += frames.length;
        yield matches(frames);
      }
    });
    t.after(() => worker.close());
    const cluster = clusterOf(t, worker.url);
    await until(() => cluster.upstream.seats > 0);
    const found = searched(cluster.engine);
    await until(() => cluster.logged("an upstream is set aside").length > 0);
    assert.ok(sent < 2 ** 24, `${sent} bytes were sent`);
    assertSameLists(await found, plain);
  });

  test("tells absurd figures of servers behind it does not keep the report from being written", async (t) => {
    const highest = 2n ** 64n - 1n;
    const behind = {
      serverInstance: "b",
      hashes: highest,
      hashesAfterInterrupt: highest,
      unconfirmed: 2 ** 32 - 1,
    };
    const worker = await startFakeScanner(function* ({ count }) {
      yield accepted;
      const took = { nanos: 1_000_000 };
      const value = { tried: count, took, idleAfter: took, hops: [behind] };
      yield { response: { case: "ended", value } };
    });
    t.after(() => worker.close());
    const cluster = clusterOf(t, worker.url);
    await until(() => cluster.upstream.seats > 0);
    const search = searchOn(cluster.engine, {
      name: "zzzzzzzzzzzz",
      idealDistance: 0,
      listedDistance: 0,
      start: 0n,
      count: 2 ** 32 - 1,
    });
    await until(() => worker.ranges > 2);
    search.end("cancelled");
    const { hops } = reportMessage(await search.ended, "self");
    const hop = hops.find(({ serverInstance }) => serverInstance === "b");
    assert.ok(hop && toBinary(HopSchema, hop).length > 0);
  });

  const strangers: Readonly<Record<string, readonly [server: () => Server, reason: RegExp]>> = {
    "speaks HTTP/1.1": [
      () => createHttp1Server((_request, response) => response.end("hello")),
      /Protocol error|connection|closed|ECONNRESET/i,
    ],
    "speaks no protocol that is known": [
      () => createTcpServer((socket) => socket.on("error", () => {}).end("220 mail.example ESMTP\r\n")),
      /Protocol error|connection|closed|ECONNRESET/i,
    ],
    "takes connections and says nothing": [
      () => createTcpServer((socket) => socket.on("error", () => {}).resume()),
      /timed out/,
    ],
  };
  for (const [does, [make, reason]] of Object.entries(strangers)) {
    test(`${does} is not used, and the log says so`, async (t) => {
      const sockets = new Set<Socket>();
      const server = make().on("connection", (socket) => sockets.add(socket));
      const url = await listening(server, 0);
      t.after(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      const cluster = clusterOf(t, url);
      assertSameLists(await searched(cluster.engine), plain);
      await until(() => cluster.logged("an upstream cannot be used").length > 0);
      const [entry] = cluster.logged("an upstream cannot be used");
      assert.match(String(entry?.reason), reason);
      assert.equal(entry?.upstream, url);
    });
  }

  test("is another service is not used", async (t) => {
    const worker = await startHttp2((stream) =>
      stream.respond(
        { ":status": 200, "content-type": "application/grpc+proto", "grpc-status": "12" },
        { endStream: true },
      ),
    );
    t.after(() => worker.close());
    const cluster = clusterOf(t, worker.url);
    await until(() => cluster.logged("an upstream cannot be used").length > 0);
    assert.match(String(cluster.logged("an upstream cannot be used")[0]?.reason), /unimplemented/);
    assertSameLists(await searched(cluster.engine), plain);
  });

  const sayings: readonly (readonly [says: string, said: Scanner, reason: RegExp])[] = [
    ["another contract version", { contractVersion: 7 }, /it speaks version 7/],
    ["more seats than there can be", { seats: 4_000_000_000 }, /it says that it has 4000000000 seats/],
    ["a speed that is none", { expectedHashesPerSecond: Number.NaN }, /NaN hashes a second/],
    ["that it computes through this server", { instances: ["fake", "coordinator"] }, /take the loop out/],
  ];
  for (const [says, said, reason] of sayings) {
    test(`says ${says} is not used`, async (t) => {
      const worker = await startFakeScanner(honestly, said);
      t.after(() => worker.close());
      const cluster = clusterOf(t, worker.url);
      await until(() => cluster.logged("an upstream cannot be used").length > 0);
      assert.match(String(cluster.logged("an upstream cannot be used")[0]?.reason), reason);
      assertSameLists(await searched(cluster.engine), plain);
      assert.equal(worker.ranges, 0);
    });
  }

  test("was down at the start is taken when it is there", async (t) => {
    const before = await startFakeScanner(honestly);
    const { url } = before;
    await before.close();
    const cluster = clusterOf(t, url);
    await until(() => cluster.logged("an upstream cannot be used").length > 1);
    assert.match(String(cluster.logged("an upstream cannot be used")[0]?.reason), /ECONNREFUSED/);
    const worker = await startFakeScanner(honestly, {}, Number(new URL(url).port));
    t.after(() => worker.close());
    await until(() => cluster.upstream.seats > 0);
    assertSameLists(await searched(cluster.engine), plain);
    assert.ok(worker.ranges > 0);
  });

  test("lies each time rests longer each time, and is taken back when it is well again", async (t) => {
    const lie = lies["gives the range back untouched"]?.[0] as Scanning;
    const worker = await startFakeScanner(lie);
    t.after(() => worker.close());
    const cluster = clusterOf(t, worker.url);
    const endless = searchOn(cluster.engine, {
      name: "zzzzzzzzzzzz",
      idealDistance: 0,
      listedDistance: 0,
      start: 0n,
      count: 2 ** 60,
    });
    await until(() => cluster.logged("an upstream is set aside").length === 3);
    worker.scan = honestly;
    const rests = cluster.logged("an upstream is set aside").map(({ restsMs }) => restsMs);
    assert.deepEqual(rests, [250, 500, 1000]);
    const lied = worker.ranges;
    await until(() => worker.ranges > lied + 3);
    endless.end("cancelled");
    await endless.ended;
    assert.equal(cluster.logged("an upstream is set aside").length, 3);
  });
});

interface Cluster {
  readonly engine: Engine;
  readonly upstream: Upstream;
  logged(words: string): readonly Record<string, unknown>[];
}

/** One thread, and another server. */
function clusterOf(t: TestContext, url: string): Cluster {
  const entries: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void entries.push(JSON.parse(line)) });
  const { workers, upstreams } = remoteWorkersOn([url], { log });
  const onCrash = (error: Error): void => {
    throw error;
  };
  const engine = new Engine(new ThreadPool({ size: 1, kernel: "reference", onCrash }), workers);
  t.after(() => engine.close());
  const [upstream] = upstreams;
  if (!upstream) throw new Error("there is no upstream");
  return { engine, upstream, logged: (words) => entries.filter(({ msg }) => msg === words) };
}

/** The indexes of all matches of the query. */
async function searched(engine: Engine): Promise<number[]> {
  const { name, distance, end } = query;
  const job = { name, idealDistance: 0, listedDistance: distance, start: 0n, count: end };
  return [...matchesIn(await framesOf(engine, job))].map(({ index }) => Number(index));
}

/** Accepts the range, answers such matches, and says such an end. */
function changed(answer: (range: ScanRange) => { tried: bigint; frames: Uint8Array }): Scanning {
  return function* (range): Generator<Said> {
    const { tried, frames } = answer(range);
    yield accepted;
    yield matches(frames);
    yield ended(tried);
  };
}

function framesIn(frames: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < frames.length; ) {
    const end = at + 5 + (frames[at + 4] as number);
    parts.push(frames.subarray(at, end));
    at = end;
  }
  return parts;
}

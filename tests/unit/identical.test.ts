import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { Engine } from "../../server/engine/engine.ts";
import { ThreadPool } from "../../server/engine/thread-pool.ts";
import type { Workers } from "../../server/engine/workers.ts";
import { firstIndexOfLength } from "../../server/kernel/candidate.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import { SearchEnded } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";
import { matchesIn } from "../support/matches.ts";
import { plainFrames } from "../support/reference.ts";
import { type ScanServer, startScanServer } from "../support/scan-server.ts";
import { until } from "../support/until.ts";
import { golden } from "../support/vectors.ts";

/** A query is a range of any length. */
const longest = 60_000;
// Of 60,000 candidates, which take some milliseconds, and some hundred beside calls that break off.
const longestMs = 6000;
const space = 2n ** 64n - 1n;

const starts = fc.oneof(
  fc.constant(0n),
  // Where the candidates become longer.
  fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.nat(longest))
    .map(([length, before]) => firstIndexOfLength(length) - BigInt(before)),
  fc.bigInt(0n, space - BigInt(longest)),
);

const queries: fc.Arbitrary<ScanJob> = fc
  .record({
    name: fc.stringMatching(/^[A-Za-z0-9+/]{1,6}$/),
    // As far as the name is long, every candidate is listed.
    short: fc.tuple(fc.nat(6), fc.nat(7)),
    start: starts,
    count: fc.integer({ min: 1, max: longest }),
  })
  .map(({ name, short, start, count }) => {
    const listedDistance = Math.max(0, name.length - short[0]);
    const idealDistance = Math.max(-1, listedDistance - short[1]);
    return { name, idealDistance, listedDistance, start: start < 0n ? 0n : start, count };
  });

// Eight at most: a range that fails nine times ends its search.
const breaks = fc.array(fc.option(fc.nat(5), { nil: undefined }), { minLength: 1, maxLength: 8 });

describe("the matches of a query are those of the reference, byte for byte,", { timeout: 100_000 }, () => {
  let served: Engine;
  let server: ScanServer;
  const engines: Engine[] = [];
  before(async () => {
    served = new Engine(threads(2));
    server = await startScanServer(served);
  });
  after(async () => {
    await Promise.all(engines.map((engine) => engine.close()));
    await server.close();
    await served.close();
  });

  for (const [from, kinds] of [
    ["one thread", () => [threads(1)]],
    ["three threads", () => [threads(3)]],
    ["a remote worker", () => [inShortSlices(server.workers(1))]],
    ["three remote workers", () => [inShortSlices(server.workers(3))]],
    ["threads and remote workers", () => [threads(2), inShortSlices(server.workers(2))]],
  ] as const) {
    test(`from ${from}`, async () => {
      const engine = await engineOf(kinds());
      await fc.assert(
        fc.asyncProperty(queries, async (query) => {
          assertSame(await framesOf(engine, query), plainFrames(query), query);
          assert.equal(engine.busy, 0);
        }),
        { numRuns: 15, endOnFailure: true },
      );
    });
  }

  test("from remote workers whose calls break off at any time", async () => {
    const engine = await engineOf([inShortSlices(server.workers(3))]);
    const before = server.broken;
    await fc.assert(
      fc.asyncProperty(queries, breaks, async (query, planned) => {
        server.breaks.push(...planned);
        assertSame(await framesOf(engine, query), plainFrames(query), query);
        server.breaks.length = 0;
        // What a call has left behind is not computed to its end.
        await until(() => served.busy === 0);
      }),
      { numRuns: 12, endOnFailure: true },
    );
    assert.ok(server.broken - before >= 10, "calls must break off, or this shows nothing");
    assert.deepEqual(server.logged, []);
  });

  test("the recorded ones too, from remote workers", async () => {
    const engine = await engineOf([server.workers(2)]);
    for (const find of golden.find) {
      const job = {
        name: find.desired_name,
        idealDistance: find.ideal_hamming_distance,
        listedDistance: find.ideal_hamming_distance,
        start: 0n,
        count: find.hashes_computed + 1_000_000,
      };
      const [first, ...others] = matchesIn(await framesOf(engine, job));
      assert.deepEqual(others, []);
      assert.deepEqual(
        [first?.secret, first?.hash, first?.distance, Number(first?.index) + 1],
        [find.secret, find.hashed_name, find.hamming_distance, find.hashes_computed],
      );
    }
    const job = { name: "doctor", idealDistance: 0, listedDistance: 3, start: 0n, count: 200_000 };
    const listed = [...matchesIn(await framesOf(engine, job))];
    const counts: Record<string, number> = {};
    for (const { distance } of listed) counts[distance] = (counts[distance] ?? 0) + 1;
    assert.deepEqual(counts, golden.counts_within_3_of_doctor_in_first_200000);
    const recorded = golden.matches_within_3_of_doctor_in_first_200000;
    assert.deepEqual(
      listed.slice(0, recorded.length).map(({ index, secret, hash, distance }) => ({
        hashes_computed: Number(index) + 1,
        secret,
        hashed_name: hash,
        hamming_distance: distance,
      })),
      recorded.map(({ hashes_computed, secret, hashed_name, hamming_distance }) => ({
        hashes_computed,
        secret,
        hashed_name,
        hamming_distance,
      })),
    );
  });

  test("and deadlines are sent as every gRPC implementation reads them", () => {
    assert.ok(server.deadlines.length > 0);
    // https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Timeout"
    assert.deepEqual(
      server.deadlines.filter((deadline) => !/^\d{1,8}[HMSmun]$/.test(deadline)),
      [],
    );
  });

  async function engineOf(kinds: readonly Workers[]): Promise<Engine> {
    const engine = new Engine(...kinds);
    engines.push(engine);
    await until(() => kinds.every(({ hasIdle }) => hasIdle));
    return engine;
  }
});

function threads(size: number): ThreadPool {
  return new ThreadPool({
    size,
    kernel: "simd-x2",
    onCrash: (error) => {
      throw error;
    },
  });
}

/** So that a short query is many ranges, which come back in any order. */
function inShortSlices(workers: Workers): Workers {
  return {
    sliceMs: 16,
    get size() {
      return workers.size;
    },
    get busy() {
      return workers.busy;
    },
    get hasIdle() {
      return workers.hasIdle;
    },
    get usualRate() {
      return workers.usualRate;
    },
    onIdle: (listener) => workers.onIdle(listener),
    run: (job, settle) => workers.run(job, settle),
    close: () => workers.close(),
  };
}

async function framesOf(engine: Engine, { count, ...query }: ScanJob): Promise<Buffer> {
  const search = new Search(engine, {
    id: "test",
    client: "test",
    query: { ...query, end: query.start + BigInt(count), budgeted: true },
    memory: new UnreadMemory(2 ** 30),
  });
  search.begin();
  // Servers whose matches are not right are set aside, and with all of them it would wait for ever.
  const limit = setTimeout(() => search.end("deadline"), longestMs);
  const parts: Uint8Array[] = [];
  try {
    for await (const { frames } of search.batches()) parts.push(frames);
  } catch (error) {
    if (!(error instanceof SearchEnded) || error.report.cause !== "budget") throw error;
  } finally {
    clearTimeout(limit);
  }
  return Buffer.concat(parts);
}

/** Says what differs in words: a difference of two long buffers takes minutes to print. */
function assertSame(found: Uint8Array, wanted: Uint8Array, query: ScanJob): void {
  if (Buffer.compare(found, wanted) === 0) return;
  const at = wanted.findIndex((byte, i) => byte !== found[i]);
  const rows = [found, wanted].map((frames) => [...matchesIn(frames)].length);
  assert.fail(
    `${query.name} from ${query.start}: ${rows[0]} matches instead of ${rows[1]}, other from byte ${at}`,
  );
}

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { Engine } from "../../server/engine/engine.ts";
import { ThreadPool } from "../../server/engine/thread-pool.ts";
import type { Workers } from "../../server/engine/workers.ts";
import { firstIndexOfLength } from "../../server/kernel/candidate.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { framesOf } from "../support/frames-of.ts";
import { matchesIn } from "../support/matches.ts";
import { plainFrames } from "../support/reference.ts";
import { changedWorkers, remoteWorkersOn } from "../support/remote-workers.ts";
import { assertKernelsRight } from "../support/right-kernels.ts";
import { ScanMachines } from "../support/scan-machines.ts";
import { until } from "../support/until.ts";
import { golden } from "../support/vectors.ts";

/** A query is a range of any length. */
const longest = 60_000;
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
const breaks = fc.array(fc.option(fc.nat(2), { nil: undefined }), { minLength: 1, maxLength: 8 });

const deaths = fc.array(fc.record({ machine: fc.nat(3), afterWrites: fc.oneof(fc.nat(4), fc.nat(16)) }), {
  minLength: 2,
  maxLength: 8,
});

describe("the matches of a query are those of the reference, byte for byte,", () => {
  const engines: Engine[] = [];
  let machines: ScanMachines;
  before(async () => {
    machines = await ScanMachines.start(Array.from({ length: 4 }, () => new Engine(threads(1))));
    assertKernelsRight();
  });
  after(async () => {
    await Promise.all(engines.map((engine) => engine.close()));
    await machines.close();
  });

  for (const [from, kinds] of [
    ["one thread", () => [threads(1)]],
    ["three threads", () => [threads(3)]],
    ["a machine", () => [inShortSlices(machines.urls.slice(0, 1))]],
    ["four machines", () => [inShortSlices(machines.urls)]],
    ["threads and machines", () => [threads(2), inShortSlices(machines.urls.slice(0, 2))]],
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

  test("from machines whose calls break off at any time", async () => {
    const engine = await engineOf([inShortSlices(machines.urls)]);
    const { servers } = machines;
    const before = machines.broken;
    await fc.assert(
      fc.asyncProperty(queries, breaks, async (query, planned) => {
        for (const [at, writes] of planned.entries()) servers[at % servers.length]?.breaks.push(writes);
        assertSame(await framesOf(engine, query), plainFrames(query), query);
        for (const machine of servers) machine.breaks.length = 0;
        // What a call has left behind is not computed to its end.
        await machines.untilIdle();
      }),
      // A moment is not the same in another run: there is nothing to shrink.
      { numRuns: 12, endOnFailure: true },
    );
    assert.ok(machines.broken - before >= 10, "calls must break off, or this shows nothing");
    assert.deepEqual(
      machines.servers.flatMap(({ logged }) => logged),
      [],
    );
  });

  test("from four machines that are killed at any moment", async () => {
    const workers = inShortSlices(machines.urls);
    const engine = await engineOf([workers]);
    const before = machines.broken;
    await fc.assert(
      fc.asyncProperty(queries, deaths, async (query, planned) => {
        await until(() => workers.size === machines.servers.length);
        await machines.dying(planned, async () => {
          assertSame(await framesOf(engine, query), plainFrames(query), query);
        });
        await machines.untilIdle();
      }),
      // A moment is not the same in another run: there is nothing to shrink.
      { numRuns: 8, endOnFailure: true },
    );
    assert.ok(
      machines.broken - before >= 8,
      "machines must die with ranges under way, or this shows nothing",
    );
  });

  test("the recorded ones too, from four machines", async () => {
    await assertRecorded(await engineOf([remoteWorkersOn(machines.urls).workers]));
  });

  test("and from four that are killed", async () => {
    const engine = await engineOf([inShortSlices(machines.urls)]);
    const before = machines.broken;
    const planned = [1, 4, 9, 16].map((afterWrites, machine) => ({ machine, afterWrites }));
    await machines.dying(planned, () => assertRecorded(engine));
    assert.ok(machines.broken > before);
  });

  test("and deadlines are sent as every gRPC implementation reads them", () => {
    const deadlines = machines.servers.flatMap((machine) => machine.deadlines);
    assert.ok(deadlines.length > 0);
    // https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Timeout"
    assert.deepEqual(
      deadlines.filter((deadline) => !/^\d{1,8}[HMSmun]$/.test(deadline)),
      [],
    );
  });

  async function engineOf(kinds: readonly Workers[]): Promise<Engine> {
    const engine = new Engine(...kinds);
    engines.push(engine);
    await until(() => kinds.every(({ next }) => next));
    return engine;
  }
});

async function assertRecorded(engine: Engine): Promise<void> {
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
}

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
function inShortSlices(urls: readonly string[]): Workers {
  return changedWorkers(remoteWorkersOn(urls).workers, { sliceMs: 16 });
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

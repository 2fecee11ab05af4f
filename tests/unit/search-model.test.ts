import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { Engine } from "../../server/engine/engine.ts";
import type { Query } from "../../server/search/query.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import { type Report, SearchEnded } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";
import { type FakeSlice, FakeWorkers } from "../support/fake-workers.ts";
import { matchesIn } from "../support/matches.ts";

interface Found {
  readonly index: bigint;
  readonly distance: number;
}

const space = 2n ** 64n - 1n;
const longest = 200;

/** What happens to one of the slices under way. */
interface Step {
  readonly which: number;
  readonly does: "tells" | "computes" | "crashes";
  /** How much of it, of 8. */
  readonly part: number;
  /** Whether the search is cancelled in the same turn, before anybody can read. */
  readonly stops: boolean;
}

const steps = fc.infiniteStream(
  fc.record<Step>({
    which: fc.nat(2),
    does: fc.constantFrom("tells", "computes", "computes", "computes", "crashes"),
    part: fc.oneof(fc.constant(8), fc.nat(8)),
    stops: fc.nat(15).map((n) => n === 0),
  }),
);

const queries = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9+/]{1,2}$/),
  // Of names as short as these, one in three to one in hundreds is ideal, or none.
  idealDistance: fc.constantFrom(-1, -1, 0),
  beyondIdeal: fc.constantFrom(0, 1),
  length: fc.integer({ min: 1, max: longest }),
  before: fc.nat(longest),
});

// Where lengths of candidates, words and exact numbers end, and the last candidate of all.
for (const place of [0n, 2n ** 16n, 2n ** 24n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n]) {
  test(`whatever its workers do and wherever it is stopped and continued, a search around ${place} finds what is there`, async () => {
    await fc.assert(
      fc.asyncProperty(
        queries,
        steps,
        async ({ name, idealDistance, beyondIdeal, length, before }, steps) => {
          const start = greatest(0n, least(place - BigInt(before), space - BigInt(length)));
          const end = start + BigInt(length);
          const listedDistance = Math.max(idealDistance + beyondIdeal, 0);
          const query = { name, idealDistance, listedDistance, start, end, budgeted: end < space };
          const wanted = plainly(query);
          const found: Found[] = [];
          let report: Report | undefined;
          while (!report || report.cause === "cancelled" || report.cause === "failure") {
            const piece = { ...query, start: report?.nextIndex ?? start };
            report = await carried(piece, wanted, steps, found);
          }
          assert.deepEqual(found, wanted);
          const isFound = wanted.at(-1)?.distance === idealDistance;
          assert.equal(report.cause, isFound ? "found" : query.budgeted ? "budget" : "space exhausted");
          assert.equal(report.nextIndex, isFound ? (wanted.at(-1)?.index ?? 0n) + 1n : end);
        },
      ),
      { numRuns: 40 },
    );
  });
}

/** Carries one search to its end, and holds its report against what its workers did. */
async function carried(
  query: Query,
  wanted: readonly Found[],
  steps: Iterator<Step>,
  found: Found[],
): Promise<Report> {
  const workers = new FakeWorkers(3, 4);
  const memory = new UnreadMemory(2 ** 30);
  const search = new Search(new Engine(workers), { id: "test", client: "test", query, memory });
  search.begin();
  const before = found.length;
  const reading = read(search, found);
  let computed = 0;
  let computedBeforeStop: number | undefined;
  const underWay = new Set<FakeSlice>();
  for (let left = 5000; !search.report; left--) {
    assert.ok(left > 0, "it must come to its end");
    await setImmediate();
    const slice = workers.slices[steps.next().value.which % workers.busy];
    if (!slice) continue;
    const isStopped = computedBeforeStop !== undefined;
    assert.ok(!isStopped || (slice.isInterrupted && underWay.has(slice)), "nothing is begun after a stop");
    const { does, part, stops } = steps.next().value as Step;
    const count = Math.max(slice.tried, Math.ceil((slice.job.count * part) / 8));
    if (does === "tells") slice.tried = Math.min(count, untilIdeal(slice, wanted, query));
    else if (does === "computes") computed += slice.compute(count);
    else {
      computed += slice.tried;
      slice.crash();
    }
    if (!stops || isStopped || search.report) continue;
    for (const slice of workers.slices) underWay.add(slice);
    computedBeforeStop = computed + workers.slices.reduce((sum, { tried }) => sum + tried, 0);
    search.end("cancelled");
  }
  await reading;
  const { report } = search;
  assert.equal(report.startIndex, query.start);
  assert.equal(report.hashesComputed, BigInt(computed));
  if (report.cause === "cancelled") {
    assert.equal(report.hashesAfterEnding, BigInt(computed - (computedBeforeStop ?? 0)));
  }
  const pieces = found.slice(before);
  assert.equal(report.matchesSent, BigInt(pieces.length));
  assert.ok(pieces.every(({ index }) => index >= query.start && index < report.nextIndex));
  return report;
}

async function read(search: Search, found: Found[]): Promise<void> {
  try {
    for await (const { frames } of search.batches()) {
      for (const { index, distance } of matchesIn(frames)) found.push({ index, distance });
    }
  } catch (error) {
    assert.ok(error instanceof SearchEnded, String(error));
  }
}

/** Candidates that a worker can have told of before it ends at an ideal match. */
function untilIdeal({ job }: FakeSlice, wanted: readonly Found[], { idealDistance }: Query): number {
  const last = wanted.at(-1);
  const isAhead = last && last.distance <= idealDistance && last.index >= job.start;
  return isAhead ? Math.min(job.count, Number(last.index - job.start)) : job.count;
}

/** Every listed match up to an ideal one, as the platform and the contract's own words have them. */
function plainly({ name, idealDistance, listedDistance, start, end }: Query): Found[] {
  const found: Found[] = [];
  for (let index = start; index < end; index++) {
    const hash = createHash("sha1").update(bytesAt(index)).digest("base64").toLowerCase();
    const distances = Array.from({ length: 29 - name.length }, (_, offset) =>
      mismatches(name.toLowerCase(), hash.slice(offset)),
    );
    const distance = Math.min(...distances);
    if (distance <= listedDistance) found.push({ index, distance });
    if (distance <= idealDistance) break;
  }
  return found;
}

function mismatches(name: string, text: string): number {
  return [...name].filter((character, i) => character !== text[i]).length;
}

/** All byte strings by length, then in order: digits of base 256 that begin at 1. */
function bytesAt(index: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = index; rest > 0n; rest = (rest - 1n) / 256n) bytes.unshift(Number((rest - 1n) % 256n));
  return Uint8Array.from(bytes);
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

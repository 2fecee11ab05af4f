import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type Hop, HopSchema } from "../../../proto/gen/hash_name/v1/hop_pb.ts";
import {
  Ending,
  type SearchReport,
  SearchReportSchema,
} from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import { type Match, type Matches, maximumKept, noMatches } from "../session/matches.ts";
import type { Query } from "../session/query.ts";
import type { Asking, SearchState, Stop } from "../session/search-state.ts";

type States = { readonly [K in SearchState["kind"]]: readonly Extract<SearchState, { readonly kind: K }>[] };

/** The moment at which the page of states stands still, on the clock of `performance.now()`. */
export const now = 60_000;

const startedAt = now - 3_400;

const query: Query = {
  name: "doctor",
  wrongAllowed: 0,
  alsoShow: 2,
  mode: "every",
  maximumHashes: 0n,
  timeLimitMs: undefined,
};
const first: Query = { ...query, alsoShow: 0, mode: "first" };

// Real hashes that spell "doctor" with one wrong letter: secret, hash, offset.
const nearMisses = [
  ["f/0DAA==", "HvJEXshgdOCTo7S/+v9U8VK0LTo=", 8],
  ["ZzcJAA==", "sNsIBW9octorVjYuMg7TcfwFOMc=", 6],
  ["dWUJAA==", "xRoQAqO32j36aoCtOrbOGHdiPKM=", 12],
  ["OwcOAA==", "DOCFOR18W8UxVnycCBGtpyU3IpI=", 0],
  ["ppoYAA==", "wDkOdOcthr8En0yRPuzDrl6Bg2Y=", 4],
  ["lKEYAA==", "VDdOCTCrqeS/TNyJKmIOnUTabu8=", 2],
  ["glIgAA==", "uIo1pA6Kf/NL+nDOcToDU4/ui8g=", 14],
  ["LfYnAA==", "C6RjgMgisowfUu3DoCt9RIs7NA8=", 15],
  ["GokuAA==", "hYG1Wsjblw+j6Kk5oX3DOctO+l8=", 19],
  ["7VIyAA==", "bPItvCGsOWXeaNH2hdOcT4rv99s=", 17],
] as const;
const kept: readonly Match[] = nearMisses.map(([secret, hash, offset], i) => {
  return { secret, hash, distance: 1, index: BigInt(261_503 * (i + 1)), offset };
});
const matches: Matches = { count: kept.length, byDistance: [0, kept.length], kept };
// More than the page keeps.
export const flood: Matches = {
  count: 1_035,
  byDistance: [0, 1_035],
  kept: Array.from(
    { length: maximumKept },
    (_, i) => ({ ...kept[i % kept.length], index: BigInt(i) }) as Match,
  ),
};
const exact: Matches = {
  count: 1,
  byDistance: [1],
  kept: [
    { secret: "CITfBg==", hash: "5VdOcToRIRJ7fOxYSJDnahvxVzo=", distance: 0, index: 159_768_583n, offset: 2 },
  ],
};

const base = {
  query,
  run: {
    id: "0198c5a2-6e0f-7c5a-9a68-3f6d1b7f0e11",
    startIndex: 0n,
    startedAt,
    serverInstance: "A",
    received: matches.count,
    last: undefined,
  },
  past: { hashes: 0n, elapsedMs: 0 },
  matches,
  progress: { nextIndex: 41_200_000n, matchesSent: 0n, hashes: 41_200_000n, hashesPerSecond: 12_100_000 },
  endedAt: now,
  report: undefined,
} as const;
const plain = { ...base, query: first, matches: noMatches } as const;

const stop: Stop = { reason: "Stop button", at: now - 12 };
const asking: Asking = { retryAt: undefined };
const later: Asking = { retryAt: now + 3_900 };

export function report(init: MessageInitShape<typeof SearchReportSchema> = {}): SearchReport {
  return create(SearchReportSchema, {
    ending: Ending.CANCELLED,
    hashesComputed: 41_208_192n,
    hashesAfterEnding: 4_096n,
    nextIndex: 41_204_096n,
    workersUsed: 4,
    workersIdle: 4,
    workers: 4,
    serverInstance: "A",
    endingSeenAfter: durationFromMs(3_410),
    workersIdleAfter: durationFromMs(3_412),
    ...init,
  });
}

/** What another machine says of its share. */
function hop(serverName: string, init: MessageInitShape<typeof HopSchema> = {}): Hop {
  return create(HopSchema, {
    serverInstance: serverName,
    serverName,
    hashes: 13_700_000n,
    hashesAfterInterrupt: 2_048n,
    interruptSeenAfter: durationFromMs(212),
    idleAfter: durationFromMs(213.2),
    ...init,
  });
}

const silent = {
  hashesAfterInterrupt: 0n,
  interruptSeenAfter: undefined,
  idleAfter: durationFromMs(0),
  unconfirmed: 1,
  endsWithin: durationFromMs(5_000),
} as const;
const allIdle = [
  hop("rack1-a"),
  hop("rack1-b", { interruptSeenAfter: durationFromMs(87.4), idleAfter: durationFromMs(88.1) }),
  hop("rack2-a.machines.example", { interruptSeenAfter: undefined, idleAfter: durationFromMs(298) }),
];
const oneOpen = report({
  workersUsed: 3,
  workersIdle: 2,
  hops: [...allIdle.slice(0, 2), hop("rack2-a.machines.example", silent)],
});
// As long as the name of a host may be.
const longName = report({ workersUsed: 1, workersIdle: 0, hops: [hop("h".repeat(63), silent)] });
const manyOpen = report({
  workersUsed: 20,
  workersIdle: 15,
  hops: Array.from({ length: 20 }, (_, i) => hop(i === 0 ? "" : `node-${i}`, i % 4 === 0 ? silent : {})),
});
const open: Asking = { retryAt: now + 3_000, endsBy: now + 4_600 };

/** Every state that a search can be in, and the variants of it that read differently. */
export const searchStates: States = {
  queued: [{ ...plain, kind: "queued", progress: undefined, endedAt: undefined }],
  withdrawn: [{ ...plain, kind: "withdrawn", progress: undefined }],
  running: [
    { ...base, kind: "running", ahead: undefined, endedAt: undefined },
    { ...plain, kind: "running", ahead: undefined, progress: undefined, endedAt: undefined },
    { ...plain, kind: "running", ahead: 2, progress: undefined, endedAt: undefined },
    { ...plain, kind: "running", ahead: 0, progress: undefined, endedAt: undefined },
    { ...base, kind: "running", ahead: undefined, unreached: { retryAt: now + 4_000 }, endedAt: undefined },
  ],
  stopping: [{ ...base, kind: "stopping", stop, asking }],
  unconfirmed: [
    { ...base, kind: "unconfirmed", stop, asking: later },
    { ...plain, query: { ...first, timeLimitMs: 10_000 }, kind: "unconfirmed", stop, asking },
    { ...base, kind: "unconfirmed", stop, asking: open, report: oneOpen },
    { ...plain, kind: "unconfirmed", stop, asking: open, report: manyOpen },
  ],
  stopped: [
    { ...base, kind: "stopped", stop, report: report(), confirmedInMs: 12, othersRun: false },
    {
      ...plain,
      kind: "stopped",
      stop,
      report: report({ workersUsed: 1, workersIdle: 1 }),
      confirmedInMs: 2.4,
      othersRun: true,
    },
    {
      ...plain,
      kind: "stopped",
      stop,
      report: report({ workersUsed: 0, workersIdle: 0, hashesComputed: 0n }),
      confirmedInMs: 4,
      othersRun: false,
    },
    {
      ...base,
      kind: "stopped",
      stop,
      report: report({ workersUsed: 3, workersIdle: 3, hashesAfterEnding: 1_204_000n, hops: allIdle }),
      confirmedInMs: 14,
      othersRun: false,
    },
    {
      ...plain,
      kind: "stopped",
      stop,
      report: report({ workersUsed: 1, workersIdle: 1, hops: allIdle.slice(0, 1) }),
      confirmedInMs: 14,
      othersRun: true,
    },
  ],
  lapsed: [
    { ...base, kind: "lapsed", after: "stop", stop, report: oneOpen },
    { ...plain, kind: "lapsed", after: "limit", report: manyOpen },
    { ...plain, kind: "lapsed", after: "loss", report: longName },
  ],
  "not-started": [{ ...plain, kind: "not-started", stop, progress: undefined }],
  found: [
    {
      ...base,
      query: first,
      kind: "found",
      matches: exact,
      run: { ...base.run, startedAt: now - 9_530, received: 1, last: exact.kept[0] },
    },
  ],
  "found-unseen": [{ ...plain, kind: "found-unseen", report: report({ ending: Ending.FOUND }) }],
  budget: [
    { ...base, kind: "budget", report: report({ hashesComputed: 10_000_000n }) },
    { ...base, kind: "budget", report: report({ ending: Ending.CREDIT, hashesComputed: 9_400_000n }) },
  ],
  "timing-out": [
    { ...plain, query: { ...first, timeLimitMs: 30_000 }, kind: "timing-out", asking },
    { ...plain, kind: "timing-out", asking: open, report: oneOpen },
  ],
  "timed-out": [{ ...plain, query: { ...first, timeLimitMs: 125_000 }, kind: "timed-out", report: report() }],
  exhausted: [{ ...plain, kind: "exhausted" }],
  shutdown: [{ ...plain, kind: "shutdown", retryAfterMs: 2_000 }],
  lost: [
    { ...base, kind: "lost", asking: later },
    { ...plain, kind: "lost", asking: open, report: oneOpen },
    { ...base, kind: "lost", asking: later, pageLeft: true },
    { ...base, kind: "lost", asking: later, proxyStatus: 502 },
  ],
  back: [
    { ...plain, kind: "back", report: report() },
    { ...plain, kind: "back", report: report(), pageLeft: true },
    { ...plain, kind: "back", report: report(), proxyStatus: 504 },
  ],
  restarted: [{ ...plain, kind: "restarted" }],
  forgotten: [{ ...plain, kind: "forgotten" }],
  "refused-busy": [
    { ...plain, kind: "refused-busy", retryAfterMs: 20_000, ofClient: false },
    { ...plain, kind: "refused-busy", retryAfterMs: undefined, ofClient: true },
  ],
  "refused-input": [
    {
      ...plain,
      query: { ...first, name: "hello!WorldsLongestNameOfAll" },
      kind: "refused-input",
      violations: [
        {
          field: "desired_name",
          sentence: '"!" never appears in these hashes. Use letters, digits, + or /, and = only at the end.',
        },
      ],
    },
  ],
  failed: [{ ...plain, kind: "failed" }],
};

/** Every state of a search, in the order of the type. */
export const allStates: readonly SearchState[] = Object.values(searchStates).flat();

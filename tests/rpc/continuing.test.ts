import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { keepSearch, restoredState } from "../../web/src/session/kept-search.ts";
import type { Query } from "../../web/src/session/query.ts";
import { restoreSearch, type SearchSession, startSearch } from "../../web/src/session/search-session.ts";
import { isActive, type SearchState } from "../../web/src/session/search-state.ts";
import { type Clients, webClients } from "../support/clients.ts";
import { startServer, type TestServer } from "../support/server.ts";

// 267 near misses before the first exact match, candidate 8,668,563: fewer than
// the page keeps, so all can be compared, and long enough to be broken off.
const query: Query = {
  name: "abc12",
  wrongAllowed: 0,
  alsoShow: 1,
  mode: "every",
  maximumHashes: 0n,
  timeLimitMs: undefined,
};

let server: TestServer;
before(async () => {
  server = await startServer({ args: ["--maximum-hashes", "0", "--workers", "1"] });
});
after(async () => await server.stop());

/** How a run is broken off once so many matches have arrived in it: by a person, the network, a reload, or the server. */
interface Break {
  readonly by: "stop" | "cut" | "reload" | "restart";
  readonly afterMatches: number;
}

test("a search that was broken off and continued at any points finds what an uninterrupted one finds", async () => {
  const { state: whole } = await search(query, []);
  assert.equal(whole.kind, "found");
  assert.equal(whole.matches.kept.length, 267);
  let broken = 0;
  const break_ = fc.record({
    by: fc.constantFrom("stop", "cut", "reload"),
    afterMatches: fc.integer({ min: 0, max: 60 }),
  } satisfies { [K in keyof Break]: fc.Arbitrary<unknown> }) as fc.Arbitrary<Break>;
  const budget = fc.oneof(fc.constant(0n), fc.bigInt({ min: 200_000n, max: 2_000_000n }));
  await fc.assert(
    fc.asyncProperty(fc.array(break_, { maxLength: 6 }), budget, async (breaks, maximumHashes) => {
      const pieces = await search({ ...query, maximumHashes }, breaks);
      broken += pieces.broken;
      assertSame(pieces.state, whole);
    }),
    // A fast machine finds the end before some of the breaks come.
    { numRuns: 50 },
  );
  assert.ok(broken >= 15, `only ${broken} runs were still running when they were broken off`);
});

test("a search goes on where it was after its server was killed and started again", async () => {
  const longer = { ...query, name: "doctor" };
  const { state: whole } = await search(longer, []);
  const pieces = await search(longer, [{ by: "restart", afterMatches: 5 }]);
  assert.equal(pieces.broken, 1);
  assertSame(pieces.state, whole);
});

test("the first match is the same however often the search for it was broken off", async () => {
  const first = { ...query, name: "grpc", wrongAllowed: 0, alsoShow: 0, mode: "first" } as const;
  const { state: whole } = await search(first, []);
  assert.equal(whole.matches.kept[0]?.index, 67_606n);
  for (const by of ["stop", "cut", "reload"] as const) {
    const pieces = await search({ ...first, maximumHashes: 9_000n }, [{ by, afterMatches: 0 }]);
    assert.equal(pieces.broken, 1);
    assertSame(pieces.state, whole);
  }
});

function assertSame(pieces: SearchState, whole: SearchState): void {
  assert.equal(pieces.kind, "found");
  assert.equal(pieces.matches.count, whole.matches.count);
  assert.deepEqual(pieces.matches.kept, whole.matches.kept);
}

/** Carries the search through all breaks and continues it after each until it is found; counts those that came in time. */
async function search(asked: Query, breaks: readonly Break[]) {
  const changes = new EventTarget();
  let cut = new AbortController();
  const clients = cuttable(() => cut.signal);
  const deps = {
    clients,
    serverInstance: () => undefined,
    othersRun: () => false,
    onState: () => void changes.dispatchEvent(new Event("change")),
  };
  let session: SearchSession = startSearch(asked, deps);

  async function until(isWanted: (state: SearchState) => boolean): Promise<SearchState> {
    while (!isWanted(session.state)) await once(changes, "change");
    return session.state;
  }

  async function breakOff({ by }: Break): Promise<void> {
    const { state } = session;
    if (by === "stop") session.stop("Stop button", performance.now());
    if (by === "cut") cut.abort();
    if (by === "restart") {
      const { port } = new URL(server.url);
      await server.kill();
      server = await startServer({ args: ["--maximum-hashes", "0", "--workers", "1", "--port", port] });
    }
    if (by === "reload") {
      const kept = structuredClone(keepSearch(state, "key", "page"));
      session.dispose();
      session = restoreSearch(restoredState(kept), deps);
    }
    await until(({ kind }) => kind !== "running");
    session.tryNow();
  }

  let broken = 0;
  for (const next of breaks) {
    const state = await until(({ kind, run }) => kind !== "running" || run.received >= next.afterMatches);
    if (state.kind === "running") {
      broken++;
      await breakOff(next);
    }
    if ((await until((now) => !isActive(now))).kind === "found") break;
    cut = new AbortController();
    session.resume();
  }
  while ((await until((state) => !isActive(state))).kind !== "found") session.resume();
  const { state } = session;
  session.dispose();
  return { state, broken };
}

/** The clients of the server, whose calls a signal of the test's can cut as a network would. */
function cuttable(signal: () => AbortSignal): Pick<Clients, "finder" | "reports"> {
  const { finder, reports } = webClients(server);
  const withCut = <O extends { signal?: AbortSignal }>(options: O | undefined) => ({
    ...options,
    signal: AbortSignal.any([signal(), ...(options?.signal ? [options.signal] : [])]),
  });
  return {
    reports,
    finder: {
      find: (request, options) => finder.find(request, withCut(options)),
      findRange: (request, options) => finder.findRange(request, withCut(options)),
    },
  };
}

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

// Some 200 near misses before the first exact one: fewer than the page keeps, so all can be compared.
const query: Query = {
  name: "hello",
  wrongAllowed: 1,
  alsoShow: 2,
  mode: "every",
  maximumHashes: 0n,
  timeLimitMs: undefined,
};

let server: TestServer;
before(async () => {
  server = await startServer({ args: ["--maximum-hashes", "0", "--workers", "2"] });
});
after(async () => await server.stop());

/** How a run is broken off once so many matches have arrived in it: by a person, the network, a reload, or the server. */
interface Break {
  readonly by: "stop" | "cut" | "reload" | "restart";
  readonly afterMatches: number;
}

test("a search that was broken off and continued at any points finds what an uninterrupted one finds", async () => {
  const whole = await search(query, []);
  assert.equal(whole.kind, "found");
  assert.equal(whole.matches.kept.length, whole.matches.count);
  const break_ = fc.record({
    by: fc.constantFrom("stop", "cut", "reload"),
    afterMatches: fc.integer({ min: 0, max: 60 }),
  } satisfies { [K in keyof Break]: fc.Arbitrary<unknown> }) as fc.Arbitrary<Break>;
  const budget = fc.oneof(fc.constant(0n), fc.bigInt({ min: 1_000n, max: 20_000n }));
  await fc.assert(
    fc.asyncProperty(fc.array(break_, { maxLength: 6 }), budget, async (breaks, maximumHashes) => {
      assertSame(await search({ ...query, maximumHashes }, breaks), whole);
    }),
    { numRuns: 15 },
  );
});

test("a search goes on where it was after its server was killed and started again", async () => {
  const whole = await search(query, []);
  assertSame(
    await search(query, [
      { by: "restart", afterMatches: 20 },
      { by: "stop", afterMatches: 5 },
    ]),
    whole,
  );
});

test("the first match is the same however often the search for it was broken off", async () => {
  const first = { ...query, name: "grpc", wrongAllowed: 0, alsoShow: 0, mode: "first" } as const;
  const whole = await search(first, []);
  assert.equal(whole.matches.kept[0]?.index, 67_606n);
  for (const by of ["stop", "cut", "reload"] as const) {
    assertSame(await search({ ...first, maximumHashes: 9_000n }, [{ by, afterMatches: 0 }]), whole);
  }
});

function assertSame(pieces: SearchState, whole: SearchState): void {
  assert.equal(pieces.kind, "found");
  assert.equal(pieces.matches.count, whole.matches.count);
  assert.deepEqual(pieces.matches.kept, whole.matches.kept);
}

/** Carries the search through all breaks, and continues it after each, until it has ended for good. */
async function search(asked: Query, breaks: readonly Break[]): Promise<SearchState> {
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
      server = await startServer({ args: ["--maximum-hashes", "0", "--workers", "2", "--port", port] });
    }
    if (by === "reload") {
      const kept = structuredClone(keepSearch(state, "key", "page"));
      session.dispose();
      session = restoreSearch(restoredState(kept), deps);
    }
    await until(({ kind }) => kind !== "running");
    session.tryNow();
  }

  for (const next of breaks) {
    const state = await until(({ kind, run }) => kind !== "running" || run.received >= next.afterMatches);
    if (state.kind === "running") await breakOff(next);
    if ((await until((now) => !isActive(now))).kind === "found") break;
    cut = new AbortController();
    session.resume();
  }
  while ((await until((state) => !isActive(state))).kind !== "found") session.resume();
  const { state } = session;
  session.dispose();
  return state;
}

/** The clients of the server, whose calls a signal of the test's can cut as a network would. */
function cuttable(signal: () => AbortSignal): Clients {
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

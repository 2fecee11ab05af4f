import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { Query } from "../../web/src/session/query.ts";
import { startSearch } from "../../web/src/session/search-session.ts";
import { isActive, type SearchState } from "../../web/src/session/search-state.ts";
import { readActivity } from "../support/activity.ts";
import { hasOneAddress } from "../support/callers.ts";
import { type Clients, webClients } from "../support/clients.ts";
import { freePort } from "../support/ports.ts";
import { startProxy, without } from "../support/proxies.ts";
import { clientsThrough, waysThrough } from "../support/proxy-callers.ts";
import { type ProxyName, proxyKinds } from "../support/proxy-files.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

// 74 matches in 616,536 candidates. The reference kernel computes a million a
// second, so that there is time to restart both servers before any search is done.
const query: Query = {
  name: "nginx",
  wrongAllowed: 0,
  alsoShow: 1,
  mode: "every",
  maximumHashes: 0n,
  timeLimitMs: undefined,
};
const searches = 4;

/** How runs end while servers restart. After each of them a person can continue. */
const endings: Readonly<Record<ProxyName, readonly SearchState["kind"][]>> = {
  nginx: ["shutdown"],
  // A call whose server closes before it answers: over HTTP/2 it is told that nothing
  // of it was done (REFUSED_STREAM), upon which browsers send it again by themselves,
  // and Node's client does not.
  HAProxy: ["shutdown", "failed", "forgotten"],
  // A call over cleartext HTTP/2 is not sent to another server: 502, and none knows of it.
  Caddy: ["shutdown", "forgotten"],
};

/** What a search came to: the state in which each of its runs ended, the last one with the match. */
interface Continued {
  readonly state: SearchState;
  readonly runs: readonly SearchState[];
}

for (const name of Object.keys(proxyKinds) as ProxyName[]) {
  const skip = without(name) || hasOneAddress;
  describe(`two servers behind ${name}, restarted one after the other`, { skip }, () => {
    test("lose no match of a search that continues, and skip and repeat no candidate", async (t) => {
      const places = await Promise.all([place(), place()]);
      const servers = await Promise.all(places.map((flags) => startServer({ args: flags })));
      const proxy = await startProxy(name, servers);
      const whole = await continued(webClients(servers[0] as TestServer));
      assert.equal(whole.state.matches.count, 74);

      const all = Array.from({ length: searches }, (_, i) => {
        const way = waysThrough[i % waysThrough.length] as (typeof waysThrough)[number];
        // A proxy tells callers apart by their addresses, and gives each to one server.
        return continued(clientsThrough(proxy, way, { localAddress: `127.0.0.${i + 2}` }));
      });
      await untilAllRun(servers, searches);
      // Whoever has nothing to lose is no test.
      const { searches: ofFirst } = await readActivity((servers[0] as TestServer).url);
      for (const i of ofFirst > 0 ? [0, 1] : [1, 0]) {
        await stopCleanly(servers[i] as TestServer);
        servers[i] = await startServer({ args: places[i] });
      }

      const ended = await Promise.all(all);
      const breaks = ended.flatMap(({ runs }) => runs.slice(0, -1).map(({ kind }) => kind));
      t.diagnostic(
        `${name}: ${breaks.length} runs of ${searches} searches ended early: ${breaks.join(", ")}`,
      );
      assert.ok(breaks.length >= 2, "both servers had a search to lose");
      for (const { state, runs } of ended) {
        assert.equal(state.kind, "found");
        assert.deepEqual(state.matches.kept, whole.state.matches.kept);
        assert.equal(state.matches.count, whole.state.matches.count);
        assertContiguous(runs);
      }
      const other = breaks.filter((kind) => !endings[name].includes(kind));
      assert.deepEqual(other, []);
      await proxy.stop();
      for (const server of servers) await stopCleanly(server);
    });
  });
}

/** By the servers' own reports: each run begins with the first candidate that those before have not tried. */
function assertContiguous(runs: readonly SearchState[]): void {
  let next = 0n;
  for (const { run, report } of runs) {
    assert.equal(run.startIndex, next);
    if (!report) continue;
    assert.equal(report.startIndex, run.startIndex);
    assert.equal(report.matchesSent, BigInt(run.received), "every match that was sent has arrived");
    next = report.nextIndex;
  }
}

/** Flags of a server that is to be found again where it was. */
async function place(): Promise<readonly string[]> {
  const ports = ["--port", String(await freePort()), "--grpc-port", String(await freePort())];
  const computing = ["--workers", "1", "--kernel", "reference", "--maximum-hashes", "0"];
  return [...ports, ...computing, "--trusted-proxies", "127.0.0.1"];
}

/** Searches as the page does, and continues, as a person at it would, until the match is found. */
async function continued(clients: Pick<Clients, "finder" | "reports">): Promise<Continued> {
  const changes = new EventTarget();
  const session = startSearch(query, {
    clients,
    serverInstance: () => undefined,
    othersRun: () => false,
    onState: () => void changes.dispatchEvent(new Event("change")),
  });
  const runs: SearchState[] = [];
  for (;;) {
    while (isActive(session.state)) await once(changes, "change");
    runs.push(session.state);
    if (session.state.kind === "found") break;
    session.resume();
  }
  session.dispose();
  return { state: session.state, runs };
}

async function untilAllRun(servers: readonly TestServer[], count: number): Promise<void> {
  for (;;) {
    const activities = await Promise.all(servers.map(({ url }) => readActivity(url)));
    if (activities.reduce((sum, { searches }) => sum + searches, 0) === count) return;
  }
}

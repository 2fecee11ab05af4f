import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import {
  type SearchReport,
  SearchReportService,
  UnknownSearchSchema,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Query } from "../../web/src/session/query.ts";
import { type SearchSession, startSearch } from "../../web/src/session/search-session.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { query, report } from "./session-fixtures.ts";

/** A server without hashes: a search goes on until its signal aborts. */
function fakeServer(answers: readonly (SearchReport | Code | ConnectError)[]) {
  const signals: AbortSignal[] = [];
  const reasons: string[] = [];
  const started = new EventTarget();
  const transport = createRouterTransport(({ service }) => {
    const untilAborted = async ({ signal }: { readonly signal: AbortSignal }) => {
      signals.push(signal);
      started.dispatchEvent(new Event("search"));
      if (!signal.aborted) await once(signal, "abort");
      throw new ConnectError("cancelled", Code.Canceled);
    };
    service(HashFinder, {
      find: (_request, context) => untilAborted(context),
      async *findRange(_request, context) {
        yield { hashedName: "FEVc6RB5ZDihKM41HBrDGrPCkqU=", candidateIndex: 7n, hammingDistance: 1 };
        await untilAborted(context);
      },
    });
    service(SearchReportService, {
      getSearchReport({ reason }) {
        const answer = answers[reasons.push(reason) - 1];
        if (answer instanceof ConnectError) throw answer;
        if (typeof answer === "number") throw new ConnectError("no", answer);
        return answer === undefined ? {} : { report: answer };
      },
    });
  });
  const clients = {
    finder: createClient(HashFinder, transport),
    reports: createClient(SearchReportService, transport),
  };
  return { clients, signals, reasons, searching: once(started, "search") };
}

function start(asked: Query, server: ReturnType<typeof fakeServer>) {
  const states: SearchState[] = [];
  const changes = new EventTarget();
  const session: SearchSession = startSearch(asked, {
    clients: server.clients,
    serverInstance: () => "A",
    othersRun: () => false,
    onState(state) {
      states.push(state);
      changes.dispatchEvent(new Event("change"));
    },
  });
  const until = async (kind: SearchState["kind"]) => {
    while (session.state.kind !== kind) await once(changes, "change");
  };
  return { session, states, until };
}

for (const mode of ["first", "every"] as const) {
  test(`stopping a search for ${mode} aborts its call at once and shows the report`, async () => {
    const server = fakeServer([report()]);
    const { session, states, until } = start({ ...query, mode }, server);
    await server.searching;
    session.stop("Esc", performance.now());
    assert.equal(session.state.kind, "stopping");
    assert.equal(server.signals[0]?.aborted, true, "aborted in the same tick");
    await until("stopped");
    assert.deepEqual(server.reasons, ["Esc"]);
    assert.equal(session.state.matches.count, mode === "every" ? 1 : 0);
    assert.equal(states.filter(({ kind }) => kind === "stopping").length, 1);
  });
}

test("stopping twice asks once", async () => {
  const server = fakeServer([report()]);
  const { session, until } = start(query, server);
  await server.searching;
  session.stop("Esc", performance.now());
  session.stop("Stop all", performance.now());
  await until("stopped");
  session.stop("Stop all", performance.now());
  assert.equal(session.state.kind, "stopped");
  assert.deepEqual(server.reasons, ["Esc"]);
});

test("stopping before the server has heard of the search still asks it", async () => {
  const server = fakeServer([Code.NotFound]);
  const { session, until } = start({ ...query, mode: "first" }, server);
  session.stop("Stop button", performance.now());
  await until("not-started");
  assert.equal(server.reasons.length, 1);
});

test("a server that says it is another one than before has restarted", async () => {
  const value = create(UnknownSearchSchema, { serverInstance: "B" });
  const unknown = new ConnectError("unknown", Code.NotFound, undefined, [
    { desc: UnknownSearchSchema, value },
  ]);
  const server = fakeServer([unknown]);
  const { session, until } = start({ ...query, mode: "first" }, server);
  session.stop("Stop button", performance.now());
  await until("restarted");
});

test("an unanswered stop is asked again at once when the person wants it", async () => {
  const server = fakeServer([Code.Unavailable, report()]);
  const { session, until } = start(query, server);
  await server.searching;
  session.stop("Stop button", performance.now());
  await until("unconfirmed");
  session.tryNow();
  await until("stopped");
  assert.equal(server.reasons.length, 2);
});

test("a continued search is a new run that starts where the report says", async () => {
  const server = fakeServer([report({ matchesSent: 1n }), report()]);
  const { session, until } = start(query, server);
  await server.searching;
  session.stop("Stop button", performance.now());
  await until("stopped");
  const { id } = session.state.run;
  session.resume();
  assert.equal(session.state.kind, "running");
  assert.notEqual(session.state.run.id, id);
  assert.equal(session.state.run.startIndex, 4_000n);
  assert.equal(session.state.matches.count, 1);
  session.dispose();
});

test("a search taken off the page lets go of its call", async () => {
  const server = fakeServer([]);
  const { session } = start(query, server);
  await server.searching;
  session.dispose();
  assert.equal(server.signals[0]?.aborted, true);
});

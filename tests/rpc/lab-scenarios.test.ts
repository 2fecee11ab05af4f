import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { EventKind as Kind, Scenario } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { atMs, nativeLab, rehearse, story, type Told, watch, webLab } from "../support/lab.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

const { CALL_ENDED, CALL_IN, CANCEL_SEEN, CODE_SENT, CONNECTION_CHANGED, NOT_NOTICED, SERVER_LISTENS } = Kind;

describe("a scenario that the server plays", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(async () => await stopCleanly(server));

  /** To its end, which it finds by itself. */
  async function played(scenario: Scenario, pings = false): Promise<Told> {
    const ended = server.logged({ msg: "rehearsal ended" }).length;
    const startedAtMs = performance.now();
    const told = rehearse(webLab(server), { scenario, pings });
    assert.equal(await told.ended, undefined);
    assert.ok(performance.now() - startedAtMs < 15_000);
    await server.untilLogged({ msg: "rehearsal ended" }, ended + 1);
    assert.equal(server.logged({ msg: "rehearsal ended" }).at(-1)?.cause, "done");
    return told;
  }

  for (const [about, scenario, code] of [
    ["closed", Scenario.CONNECTION_CLOSED, Code.Canceled],
    ["reset", Scenario.CONNECTION_RESET, Code.Aborted],
  ] as const) {
    test(`a connection that is ${about} is noticed by both sides at once`, async () => {
      const { events, all } = await played(scenario);
      assert.deepEqual(story(events).slice(0, 6), [
        "server 1 SERVER_LISTENS",
        "caller CALL_MADE",
        "server 1 CALL_IN",
        "server 1 WORK_BEGUN",
        "caller FIRST_MESSAGE",
        "proxy CONNECTION_CHANGED",
      ]);
      assert.deepEqual(story(events).slice(6).toSorted(), [
        "caller CALL_ENDED",
        "server 1 CANCEL_SEEN",
        "server 1 CODE_SENT",
        "server 1 WORK_ENDED",
      ]);
      const [changed] = all({ kind: CONNECTION_CHANGED });
      const [ended] = all({ kind: CALL_ENDED });
      const [seen] = all({ kind: CANCEL_SEEN });
      assert.ok(changed && ended && seen);
      assert.equal(changed.words, about);
      assert.equal(ended.code, code);
      for (const known of [ended, seen]) assert.ok(atMs(known) - atMs(changed) < 1000);
    });
  }

  for (const [about, scenario] of [
    ["frozen", Scenario.CONNECTION_FROZEN],
    ["half open", Scenario.CONNECTION_HALF_OPEN],
  ] as const) {
    test(`a connection that is ${about} is found out by PING within two seconds`, async () => {
      const { all } = await played(scenario, true);
      const [changed] = all({ kind: CONNECTION_CHANGED });
      const [seen] = all({ kind: CANCEL_SEEN });
      const [ended] = all({ kind: CALL_ENDED });
      assert.ok(changed && seen && ended);
      assert.deepEqual(all({ kind: NOT_NOTICED }), []);
      for (const known of [seen, ended]) {
        const afterMs: number = atMs(known) - atMs(changed);
        assert.ok(afterMs < 2500, `${known.place} knew after ${afterMs} ms`);
      }
      if (scenario === Scenario.CONNECTION_FROZEN) assert.equal(ended.code, Code.Unavailable);
    });
  }

  test("a connection that is frozen is noticed by neither side without PING, and ended for them", async () => {
    const { all, events } = await played(Scenario.CONNECTION_FROZEN);
    assert.deepEqual(
      all({ kind: NOT_NOTICED }).map(({ place }) => place),
      ["caller", "server 1"],
    );
    const [frozen, closed] = all({ kind: CONNECTION_CHANGED });
    assert.ok(frozen && closed);
    assert.ok(atMs(closed) - atMs(frozen) >= 7999);
    const after = story(events).slice(story(events).lastIndexOf("proxy CONNECTION_CHANGED"));
    assert.ok(after.includes("caller CALL_ENDED") && after.includes("server 1 CODE_SENT"));
  });

  test("a connection that is half open is noticed without PING by the caller alone", async () => {
    const { all } = await played(Scenario.CONNECTION_HALF_OPEN);
    assert.deepEqual(
      all({ kind: NOT_NOTICED }).map(({ place }) => place),
      ["server 1"],
    );
    const [changed, closed] = all({ kind: CONNECTION_CHANGED });
    const [ended] = all({ kind: CALL_ENDED });
    const [seen] = all({ kind: CANCEL_SEEN });
    assert.ok(changed && closed && ended && seen);
    assert.ok(atMs(ended) - atMs(changed) < 1000);
    assert.ok(atMs(seen) >= atMs(closed));
  });

  test("a call that waits for its server finds it, one that does not or has too little time fails", async () => {
    const { all } = await played(Scenario.WAIT_FOR_READY);
    const [listens] = all({ kind: SERVER_LISTENS });
    const ended = (call: string) => all({ kind: CALL_ENDED, call, place: "caller" })[0];
    assert.ok(listens);
    assert.equal(ended("waits")?.code, 0);
    assert.equal(ended("does not wait")?.code, Code.Unavailable);
    assert.equal(ended("waits too short")?.code, Code.DeadlineExceeded);
    for (const call of ["does not wait", "waits too short"]) {
      const event = ended(call);
      assert.ok(event && atMs(event) < atMs(listens), call);
    }
    assert.deepEqual(
      all({ kind: CALL_IN }).map(({ call }) => call),
      ["waits"],
    );
    // Of its deadline it has spent what it waited.
    const deadline = Number(all({ kind: CALL_IN })[0]?.deadline?.seconds);
    assert.ok(deadline < 4, `${deadline} s are left`);
    const refused = all({ kind: CONNECTION_CHANGED, call: "waits" });
    assert.ok(refused.length >= 2 && refused.length < 20, `refused ${refused.length} times`);
    assert.match(refused[0]?.words ?? "", /ECONNREFUSED/);
  });

  for (const pings of [false, true]) {
    test(`a server that stops lets a short call finish and tells a long one${pings ? ", with PING" : ""}`, async () => {
      const { all } = await played(Scenario.GRACEFUL_STOP, pings);
      const [stops] = all({ kind: Kind.SERVER_STOPS });
      const ended = (call: string) => all({ kind: CALL_ENDED, call })[0];
      assert.ok(stops);
      assert.deepEqual(
        ["short", "long", "late"].map((call) => ended(call)?.code),
        [0, Code.Unavailable, Code.Unavailable],
      );
      const short = ended("short");
      assert.ok(short && atMs(short) > atMs(stops));
      assert.equal(all({ kind: CANCEL_SEEN, call: "long" })[0]?.code, Code.Unavailable);
      assert.equal(all({ kind: CODE_SENT, call: "short" })[0]?.code, 0);
      assert.deepEqual(all({ kind: CALL_IN, call: "late" }), []);
    });
  }

  test("a server that leaves tells the caller of a call under way, with when to try again", async () => {
    const { all } = await played(Scenario.SHUTDOWN);
    const [stops] = all({ kind: Kind.SERVER_STOPS });
    const [ended] = all({ kind: CALL_ENDED });
    assert.ok(stops && ended);
    assert.equal(ended.code, Code.Unavailable);
    assert.match(ended.words, /shutting down/);
    const error = new ConnectError("", ended.code);
    error.details = ended.details.map(({ type, value }) => ({ type, value }));
    assert.equal(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds, 2n);
    assert.ok(atMs(ended) - atMs(stops) < 1000);
    assert.deepEqual(
      [CANCEL_SEEN, CODE_SENT].map((kind) => all({ kind })[0]?.code),
      [Code.Unavailable, Code.Unavailable],
    );
  });

  test("an eleventh stream that waits hears nothing until the ten before it have ended", async () => {
    const { events, all } = await played(Scenario.ELEVENTH_WAITS);
    const own = events.filter(({ call }) => call === "eleventh" || call === "ten streams");
    assert.deepEqual(
      story(own).filter((line) => !line.startsWith("server")),
      [
        "caller CALL_MADE",
        "caller FIRST_MESSAGE",
        "caller CALL_MADE",
        "caller HEARD_NOTHING",
        "caller CALL_ABORTED",
        "caller CALL_ENDED",
        "caller FIRST_MESSAGE",
        "caller CALL_ABORTED",
        "caller CALL_ENDED",
      ],
    );
    const [tenStopped] = all({ kind: Kind.CALL_ABORTED, call: "ten streams" });
    const [callIn] = all({ kind: CALL_IN });
    assert.ok(tenStopped && callIn && atMs(callIn) >= atMs(tenStopped));
    assert.equal(all({ kind: CODE_SENT, call: "eleventh" })[0]?.code, Code.Canceled);
    assert.deepEqual(all({ call: "one of ten" }), []);
  });

  test("an eleventh stream that is refused is told the limit and when to try again, at once", async () => {
    const { all } = await played(Scenario.ELEVENTH_REFUSED);
    const [made] = all({ kind: Kind.CALL_MADE, call: "eleventh" });
    const [ended] = all({ kind: CALL_ENDED, call: "eleventh" });
    assert.ok(made && ended);
    assert.ok(atMs(ended) - atMs(made) < 1000);
    assert.equal(ended.code, Code.ResourceExhausted);
    const error = new ConnectError("", ended.code);
    error.details = ended.details.map(({ type, value }) => ({ type, value }));
    assert.equal(error.findDetails(RefusalSchema)[0]?.limit, 10);
    assert.equal(error.findDetails(RetryInfoSchema).length, 1);
    assert.deepEqual(all({ kind: Kind.HEARD_NOTHING }), []);
    assert.deepEqual(all({ kind: CALL_IN }), []);
  });

  for (const [name, scenario] of scenarios()) {
    test(`${name} ends when its caller leaves, and leaves nothing`, async () => {
      const ended = server.logged({ msg: "rehearsal ended" }).length;
      const told = rehearse(nativeLab(server), { scenario, pings: true });
      await told.until({ place: "caller", kind: Kind.CALL_MADE });
      told.leave();
      assert.equal((await told.ended)?.code, Code.Canceled);
      await server.untilLogged({ msg: "rehearsal ended" }, ended + 1);
      const report = server.logged({ msg: "rehearsal ended" }).at(-1);
      assert.equal(report?.cause, "left");
      assert.ok(Number(report?.releasedAfterMs) < 1500, `released after ${report?.releasedAfterMs} ms`);
    });
  }

  test("ends with the watched rehearsal that has its id", async () => {
    const lab = nativeLab(server);
    const watched = await watch(lab);
    const told = rehearse(lab, {
      rehearsalId: watched.rehearsalId,
      scenario: Scenario.CONNECTION_FROZEN,
    });
    await told.until({ place: "proxy" });
    watched.leave();
    assert.equal((await told.ended)?.code, Code.Aborted);
    assert.deepEqual(watched.events, []);
  });
});

describe("a shutdown", () => {
  for (const [name, scenario] of scenarios()) {
    test(`in the middle of ${name} tells its caller, and the process ends by itself`, async () => {
      const server = await startServer();
      const told = rehearse(nativeLab(server), { scenario });
      // Two of them end at once when their connection does.
      const late = scenario > Scenario.CONNECTION_RESET && scenario < Scenario.WAIT_FOR_READY;
      await told.until(late ? { place: "proxy" } : { place: "caller", kind: Kind.CALL_MADE });
      const sentAtMs = performance.now();
      await stopCleanly(server);
      assert.ok(performance.now() - sentAtMs < 5000);
      assert.equal((await told.ended)?.code, Code.Unavailable);
      const [report] = server.logged({ msg: "rehearsal ended" });
      assert.equal(report?.cause, "shutdown");
    });
  }
});

function scenarios(): readonly (readonly [string, Scenario])[] {
  return Object.entries(Scenario).filter(([, scenario]) => scenario !== Scenario.UNSPECIFIED);
}

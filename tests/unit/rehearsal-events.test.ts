import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { EventKind, LabEventSchema, LabService } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { readOffset } from "../../web/src/rehearsal/clock.ts";
import { errorCodes, statusName } from "../../web/src/rehearsal/codes.ts";
import { callsIn, type Kind, roleOf, type StageEvent, stageEventOf } from "../../web/src/rehearsal/event.ts";
import { type Act, byServer, failing, onCaller, onServer } from "../../web/src/rehearsal/scenario.ts";
import { isScenarioName } from "../../web/src/rehearsal/scenarios.ts";
import { sequenceOf } from "../../web/src/rehearsal/sequence.ts";
import { openWatch } from "../../web/src/rehearsal/watch.ts";

const at = { seconds: 1n, nanos: 0 };
const never = new AbortController().signal;

test("who tells an event is its caller or its handler: a server's own calls are told by a caller", () => {
  const caller: readonly Kind[] = ["CALL_MADE", "FIRST_MESSAGE", "CALL_ABORTED", "CALL_ENDED"];
  const handler: readonly Kind[] = ["CALL_IN", "CANCEL_SEEN", "WORK_ENDED", "CODE_SENT", "SERVER_STOPS"];
  for (const kind of caller) assert.equal(roleOf({ place: "server 1", kind }), "caller", kind);
  for (const kind of handler) assert.equal(roleOf({ place: "server 1", kind }), "handler", kind);
  // Whatever the page or a played caller tells is the caller's side.
  for (const place of ["page", "caller"])
    for (const kind of ["NOT_NOTICED", "READER_PAUSES"] as const)
      assert.equal(roleOf({ place, kind }), "caller");
});

test("the calls of some events are their names, each once, without what is of no call", () => {
  const calls = callsIn([{ call: "b" }, { call: "" }, { call: "a" }, { call: "b" }]);
  assert.deepEqual([...calls], ["b", "a"]);
});

test("an event of the server has what is known of it and nothing else", () => {
  const plain = create(LabEventSchema, { at, place: "server 1", call: "a", kind: EventKind.CALL_IN });
  assert.deepEqual(stageEventOf(plain, 5), { place: "server 1", call: "a", kind: "CALL_IN", at: 1_005 });
  const one = stageEventOf({ ...plain, done: 1n, kind: EventKind.WORK_ENDED }, 0);
  assert.equal(one?.done, 1n);
  for (const kind of [EventKind.CALL_ENDED, EventKind.CANCEL_SEEN, EventKind.CODE_SENT])
    assert.equal(stageEventOf({ ...plain, kind, code: 4 }, 0)?.code, 4);
  assert.equal(stageEventOf({ ...plain, kind: EventKind.UNSPECIFIED }, 0), undefined);
  assert.equal(stageEventOf(create(LabEventSchema, { kind: EventKind.CALL_IN }), 0), undefined);
});

test("the details of an error that a caller was told are read as they came", () => {
  const value = toBinary(RetryInfoSchema, create(RetryInfoSchema, { retryDelay: { seconds: 2n } }));
  const details = [
    { type: "google.rpc.RetryInfo", value },
    // Of a later server.
    { type: "hash_name.v1.Unheard", value },
  ];
  const told = create(LabEventSchema, {
    at,
    place: "caller",
    call: "a",
    kind: EventKind.CALL_ENDED,
    details,
  });
  assert.equal(stageEventOf(told, 0)?.details, "RetryInfo { retry_delay: 2000 ms }");
});

test("the server's clock is read five times, each between two readings of the page's", async () => {
  let readings = 0;
  const lab = createClient(
    LabService,
    createRouterTransport(({ service }) =>
      service(LabService, {
        readClock: () => (++readings === 2 ? {} : { now: { seconds: BigInt(readings), nanos: 0 } }),
      }),
    ),
  );
  // The third question is the quickest: asked at 1,000, answered at 1,002.
  const clock = [0, 900, 901, 1_000, 1_002, 2_000, 2_090, 3_000, 3_090];
  const offset = await readOffset(lab, () => clock.shift() ?? Number.NaN, never);
  assert.deepEqual(offset, { aheadMs: 1_001 - 3_000, uncertaintyMs: 1 });
  assert.deepEqual([readings, clock], [5, []]);
  await assert.rejects(readOffset(lab, () => 0, AbortSignal.abort()));
});

test("status codes have names, and a number that is none stays a number", () => {
  assert.deepEqual([0, 1, 16, 17].map(statusName), ["OK", "CANCELLED", "UNAUTHENTICATED", "17"]);
  assert.deepEqual(errorCodes, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  assert.deepEqual(failing("CALL_ENDED"), { kind: "CALL_ENDED", codes: errorCodes });
});

test("a name in an address is a scenario's only when there is one", () => {
  assert.deepEqual(["cancel", "keyed", "toString", ""].map(isScenarioName), [true, true, false, false]);
});

test("a call and a cancel come from whoever calls that server: the page, a played caller, or the server before", () => {
  const seen = (place: string, kind: Kind, atMs: number, code?: number): StageEvent => ({
    place,
    call: "a",
    kind,
    at: atMs,
    ...(code !== undefined && { code }),
  });
  const act: Act = {
    name: "with",
    lanes: [
      onCaller("a"),
      onServer("server 1", "a"),
      byServer("server 1", "a"),
      onServer("server 2", "a"),
      onServer("server 3", "a"),
    ],
    play: async () => {},
  };
  assert.deepEqual(act.lanes[2], { place: "server 1", role: "caller", call: "a", steps: [] });
  assert.deepEqual(act.lanes[0], { place: "caller", role: "caller", call: "a", steps: [] });
  const { places, moments } = sequenceOf(act, [
    seen("server 1", "CALL_IN", 102),
    seen("caller", "CALL_MADE", 100),
    seen("server 3", "CALL_IN", 104),
    seen("server 2", "CALL_IN", 103),
    seen("server 2", "CANCEL_SEEN", 105, 1),
    seen("server 1", "CANCEL_SEEN", 106, 4),
    seen("server 12", "CALL_IN", 107),
    seen("my server 1", "CALL_IN", 108),
  ]);
  assert.deepEqual(places, ["caller", "server 1", "server 2", "server 3", "server 12", "my server 1"]);
  assert.deepEqual(
    moments.map(({ sinceMs, lane, from }) => [sinceMs, lane, from]),
    [
      [0, 0, undefined],
      [2, 1, 0],
      [3, 2, 1],
      [4, 3, 2],
      [5, 2, 1],
      // A deadline comes from no one.
      [6, 1, undefined],
      // Its caller, server 11, is none of the places.
      [7, 4, undefined],
      [8, 5, 0],
    ],
  );
  assert.ok(!("from" in (moments[0] ?? {})));
  assert.deepEqual(sequenceOf(act, []).moments, []);
});

test("a watch opens its rehearsal, tells what it is told, and breaks when the server ends it", async () => {
  const asked: string[] = [];
  const lab = createClient(
    LabService,
    createRouterTransport(({ service }) =>
      service(LabService, {
        async *watchRehearsal({ rehearsalId }) {
          asked.push(rehearsalId);
          yield { event: {} };
          yield {};
          yield { event: { at, place: "server 1", call: "a", kind: EventKind.CALL_IN } };
        },
      }),
    ),
  );
  const told: string[] = [];
  const { broken } = await openWatch(lab, "an id", ({ call }) => told.push(call), never);
  await assert.rejects(broken, /Cannot follow the rehearsal: the server has ended it\. Run it again\./);
  assert.deepEqual([asked, told], [["an id"], ["a"]]);
});

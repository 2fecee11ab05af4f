import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { EventKind, LabEventSchema } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { reachedBoxes } from "../../web/src/rehearsal/chart.ts";
import { offsetOf } from "../../web/src/rehearsal/clock.ts";
import { compare, isComplete } from "../../web/src/rehearsal/compare.ts";
import { type Kind, type StageEvent, stageEventOf } from "../../web/src/rehearsal/event.ts";
import { type Act, maybe, onPage, onServer, step } from "../../web/src/rehearsal/scenario.ts";
import { sequenceOf } from "../../web/src/rehearsal/sequence.ts";

const server = "server 1";
const [cancelled, late, ok] = [1, 4, 0];

const act: Act = {
  name: "unary",
  lanes: [
    onPage("a", step("CALL_MADE"), step("CALL_ABORTED"), step("CALL_ENDED", cancelled)),
    onServer(
      server,
      "a",
      step("CALL_IN"),
      step("WORK_BEGUN"),
      step("CANCEL_SEEN", cancelled, late),
      step("WORK_ENDED"),
      step("CODE_SENT", cancelled, late),
    ),
  ],
  play: async () => {},
};

const asExpected: readonly StageEvent[] = [
  event("page", "CALL_MADE", 0),
  event(server, "CALL_IN", 2),
  event(server, "WORK_BEGUN", 3),
  event("page", "CALL_ABORTED", 5),
  event("page", "CALL_ENDED", 6, cancelled),
  event(server, "CANCEL_SEEN", 8, cancelled),
  event(server, "WORK_ENDED", 9),
  event(server, "CODE_SENT", 10, cancelled),
];

function event(place: string, kind: Kind, at: number, code?: number): StageEvent {
  return { place, call: "a", kind, at, ...(code !== undefined && { code }) };
}

function rowsOf(events: readonly StageEvent[], of = act, isOver = true): readonly string[] {
  return compare(of, events, isOver).lanes.flatMap(({ lane, rows }) =>
    rows
      .filter(({ verdict }) => verdict !== "agrees")
      .map(
        ({ expected, observed, verdict }) =>
          `${lane.place}: ${verdict} ${expected?.kind ?? observed[0]?.kind}`,
      ),
  );
}

test("what went as expected agrees, once it is over", () => {
  assert.equal(compare(act, asExpected, true).verdict, "agrees");
  assert.equal(compare(act, asExpected, false).verdict, "open");
  assert.ok(isComplete(act, asExpected));
});

test("without any one of the events it differs", () => {
  for (const [i, gone] of asExpected.entries()) {
    const rest = asExpected.filter((_, at) => at !== i);
    assert.equal(compare(act, rest, true).verdict, "differs");
    assert.deepEqual(rowsOf(rest), [`${gone.place}: missing ${gone.kind}`]);
  }
});

test("with any two events of a place in another order it differs", () => {
  for (const place of ["page", server]) {
    const own = asExpected.filter((one) => one.place === place);
    for (let i = 1; i < own.length; i++) {
      const swapped = own.with(i, own[i - 1] as StageEvent).with(i - 1, own[i] as StageEvent);
      const events = [...asExpected.filter((one) => one.place !== place), ...swapped];
      const verdicts = rowsOf(events).map((row) => row.split(" ").at(-2));
      assert.equal(compare(act, events, true).verdict, "differs");
      assert.deepEqual(verdicts.toSorted(), ["missing", "unexpected"]);
    }
  }
});

test("the order of different places says nothing: their clocks differ", () => {
  assert.equal(compare(act, asExpected.toReversed().toSorted(byPlace), true).verdict, "differs");
  assert.equal(compare(act, asExpected.toSorted(byPlace), true).verdict, "agrees");
});

function byPlace(a: StageEvent, b: StageEvent): number {
  return a.place.localeCompare(b.place);
}

test("with another code it differs, with any of the expected ones it agrees", () => {
  const withCode = (at: number, code: number | undefined) => {
    const { code: _, ...rest } = asExpected[at] as StageEvent;
    return asExpected.with(at, { ...rest, ...(code !== undefined && { code }) });
  };
  assert.deepEqual(rowsOf(withCode(7, ok)), [`${server}: other-code CODE_SENT`]);
  assert.deepEqual(rowsOf(withCode(7, undefined)), [`${server}: other-code CODE_SENT`]);
  assert.deepEqual(rowsOf(withCode(4, late)), ["page: other-code CALL_ENDED"]);
  assert.deepEqual(rowsOf(withCode(7, late)), []);
});

test("one event too many differs, also at a place or of a call that nobody expected", () => {
  const again = event(server, "CANCEL_SEEN", 11, cancelled);
  const elsewhere = event("server 2", "CALL_IN", 4);
  const stranger = { ...event(server, "CALL_IN", 4), call: "b" };
  for (const more of [again, elsewhere, stranger]) {
    assert.deepEqual(rowsOf([...asExpected, more]), [`${more.place}: unexpected ${more.kind}`]);
    assert.equal(compare(act, [...asExpected, more], true).verdict, "differs");
  }
});

test("where nothing is expected, nothing agrees and anything differs", () => {
  const silent: Act = { ...act, lanes: [onServer(server, "a")] };
  assert.equal(compare(silent, [], true).verdict, "agrees");
  assert.equal(compare(silent, [event(server, "CALL_IN", 0)], true).verdict, "differs");
});

test("what has not come yet is awaited until it is over; what was passed over is missing at once", () => {
  const begun = asExpected.slice(0, 2);
  assert.deepEqual(rowsOf(begun, act, false), [
    "page: awaited CALL_ABORTED",
    "page: awaited CALL_ENDED",
    `${server}: awaited WORK_BEGUN`,
    `${server}: awaited CANCEL_SEEN`,
    `${server}: awaited WORK_ENDED`,
    `${server}: awaited CODE_SENT`,
  ]);
  const passedOver = [event(server, "WORK_BEGUN", 1)];
  assert.equal(rowsOf(passedOver, act, false)[3], `${server}: missing CALL_IN`);
  assert.ok(!isComplete(act, begun));
});

test("a step that may be missed is no difference, there or not", () => {
  const race: Act = {
    ...act,
    lanes: [
      onPage("a", step("CALL_MADE"), maybe("CALL_ABORTED"), step("CALL_ENDED", 4), maybe("CALL_ABORTED")),
    ],
  };
  const [made, aborted, ended] = [
    event("page", "CALL_MADE", 0),
    event("page", "CALL_ABORTED", 1),
    event("page", "CALL_ENDED", 2, 4),
  ];
  for (const events of [
    [made, ended],
    [made, aborted, ended],
    [made, ended, aborted],
  ])
    assert.equal(compare(race, events, true).verdict, "agrees");
  assert.equal(compare(race, [made, aborted], true).verdict, "differs");
});

test("what is told again and again is one event, however often", () => {
  const of: Act = {
    ...act,
    lanes: [onServer(server, "a", step("WORK_GOES_ON"), step("WAITS_FOR_READER"), step("GOES_ON"))],
  };
  const [works, waits, goesOn] = (["WORK_GOES_ON", "WAITS_FOR_READER", "GOES_ON"] as const).map((kind, i) =>
    event(server, kind, i),
  ) as [StageEvent, StageEvent, StageEvent];
  for (const events of [
    [works, waits, goesOn],
    [works, works, works, waits, goesOn, waits, goesOn, waits, goesOn],
  ]) {
    assert.equal(compare(of, events, true).verdict, "agrees");
    assert.equal(compare(of, [...events, waits], true).verdict, "differs");
  }
});

test("a check that does not hold makes the difference, and holds no sooner than at the end", () => {
  const of = (holds: boolean): Act => ({ ...act, checks: [{ name: "endsSoon", holds: () => holds }] });
  assert.equal(compare(of(true), asExpected, true).verdict, "agrees");
  assert.equal(compare(of(false), asExpected, true).verdict, "differs");
  assert.equal(compare(of(true), asExpected, false).checks[0]?.verdict, "awaited");
});

test("a server that also calls is compared in both roles, each in its own order", () => {
  const both: Act = {
    ...act,
    lanes: [
      onServer(server, "a", step("CALL_IN"), step("CODE_SENT", 1)),
      { place: server, role: "caller", call: "a", steps: [step("CALL_MADE"), step("CALL_ENDED", 1)] },
    ],
  };
  const [callIn, made, ended, sent] = [
    event(server, "CALL_IN", 0),
    event(server, "CALL_MADE", 1),
    event(server, "CALL_ENDED", 2, 1),
    event(server, "CODE_SENT", 3, 1),
  ];
  assert.equal(compare(both, [callIn, made, ended, sent], true).verdict, "agrees");
  assert.equal(compare(both, [callIn, made, sent, ended], true).verdict, "agrees");
});

test("the offset is that of the quickest reading, and half of its time is how wrong it may be", () => {
  const offset = offsetOf([
    { asked: 100, server: 5, answered: 140 },
    { asked: 200, server: 103, answered: 204 },
    { asked: 300, server: 200, answered: 330 },
  ]);
  assert.deepEqual(offset, { aheadMs: 99, uncertaintyMs: 2 });
  assert.equal(offsetOf([]), undefined);
});

test("a server's event is laid on the page's clock, with what its kind has", () => {
  const told = create(LabEventSchema, {
    at: { seconds: 2n, nanos: 500_000_000 },
    place: server,
    call: "a",
    kind: EventKind.CODE_SENT,
    done: 7n,
    deadline: { seconds: 0n, nanos: 300_000_000 },
    words: "gone",
  });
  assert.deepEqual(stageEventOf(told, 99), {
    place: server,
    call: "a",
    kind: "CODE_SENT",
    at: 2_599,
    code: 0,
    done: 7n,
    deadlineMs: 300,
    words: "gone",
  });
  assert.deepEqual(
    stageEventOf(create(LabEventSchema, { ...told, kind: EventKind.CALL_IN }), 0)?.code,
    undefined,
  );
  // Of a later server.
  assert.equal(stageEventOf(create(LabEventSchema, { ...told, kind: 99 as EventKind }), 0), undefined);
  assert.equal(stageEventOf(create(LabEventSchema, {}), 0), undefined);
});

test("the sequence is in the order of the clocks laid beside each other, and shows who was called by whom", () => {
  const { places, moments } = sequenceOf(act, asExpected.toReversed());
  assert.deepEqual(places, ["page", server]);
  assert.deepEqual(
    moments.map(({ event: { kind }, sinceMs, lane, from }) => [kind, sinceMs, lane, from]),
    [
      ["CALL_MADE", 0, 0, undefined],
      ["CALL_IN", 2, 1, 0],
      ["WORK_BEGUN", 3, 1, undefined],
      ["CALL_ABORTED", 5, 0, undefined],
      ["CALL_ENDED", 6, 0, undefined],
      ["CANCEL_SEEN", 8, 1, 0],
      ["WORK_ENDED", 9, 1, undefined],
      ["CODE_SENT", 10, 1, undefined],
    ],
  );
});

test("the chart of a handler that looks lights up to its end; one that never looks passes by the question", () => {
  const looks = asExpected.filter(({ place }) => place === server);
  const reached = looks.map((_, i) => [...reachedBoxes(looks.slice(0, i + 1), "a")].join());
  assert.deepEqual(reached, [
    "",
    "perform",
    "perform",
    "perform,cancelled",
    "perform,cancelled,cleanUp,exit",
  ]);
  const ignores = [
    event(server, "WORK_BEGUN", 0),
    event(server, "CANCEL_SEEN", 1, cancelled),
    event(server, "WORK_GOES_ON", 2),
    event(server, "WORK_ENDED", 3),
    event(server, "CODE_SENT", 4, ok),
  ];
  assert.deepEqual([...reachedBoxes(ignores, "a")], ["perform", "exit"]);
  assert.equal(reachedBoxes(ignores, "b").size, 0);
});

test("an act is complete only when every lane is", () => {
  for (const place of ["page", server])
    assert.ok(
      !isComplete(
        act,
        asExpected.filter((one) => one.place === place),
      ),
      place,
    );
});

test("a check that fails says so at the end, and a lane is of one call alone", () => {
  const of: Act = { ...act, checks: [{ name: "endsSoon", holds: () => false }] };
  assert.equal(compare(of, asExpected, true).checks[0]?.verdict, "fails");
  const two: Act = {
    ...act,
    lanes: [onServer(server, "a", step("CALL_IN")), onServer(server, "b", step("CALL_IN"))],
  };
  const ofB = { ...event(server, "CALL_IN", 1), call: "b" };
  assert.deepEqual(rowsOf([event(server, "CALL_IN", 0), ofB], two), []);
  assert.deepEqual(rowsOf([ofB, ofB], two), [`${server}: missing CALL_IN`, `${server}: unexpected CALL_IN`]);
});

test("tries to connect are one event, however many, and each must have its code", () => {
  const of: Act = { ...act, lanes: [onServer(server, "a", step("CONNECTION_CHANGED", 14), step("CALL_IN"))] };
  const tries = [0, 1, 2].map((at) => event(server, "CONNECTION_CHANGED", at, 14));
  const callIn = event(server, "CALL_IN", 3);
  assert.deepEqual(rowsOf([...tries, callIn], of), []);
  assert.deepEqual(rowsOf([...tries, event(server, "CONNECTION_CHANGED", 2, 2), callIn], of), [
    `${server}: other-code CONNECTION_CHANGED`,
  ]);
  // Other things that happen twice have happened twice.
  assert.deepEqual(rowsOf([...tries, callIn, callIn], of), [`${server}: unexpected CALL_IN`]);
});

test("as many events agree as can, whatever is missing or too many, and each row keeps the order", () => {
  const kinds = ["CALL_IN", "WORK_BEGUN", "WORK_ENDED", "CODE_SENT"] as const;
  const some = fc.array(fc.constantFrom(...kinds), { maxLength: 6 });
  fc.assert(
    fc.property(some, some, (expected, observed) => {
      const of: Act = { ...act, lanes: [onServer(server, "a", ...expected.map((kind) => step(kind)))] };
      const events = observed.map((kind, i) => event(server, kind, i));
      const rows = compare(of, events, true).lanes.flatMap((lane) => lane.rows);
      const agreeing = rows.filter(({ verdict }) => verdict === "agrees");
      assert.equal(agreeing.length, longestRun(expected, observed));
      assert.deepEqual(
        rows.flatMap((row) => row.expected ?? []).map(({ kind }) => kind),
        expected,
      );
      assert.deepEqual(
        rows.flatMap((row) => row.observed),
        events,
      );
      for (const { expected, observed, verdict } of rows)
        assert.equal(verdict, !expected ? "unexpected" : observed.length === 0 ? "missing" : "agrees");
    }),
  );
});

/** The longest run that both have in their order, by trying all. */
function longestRun(a: readonly Kind[], b: readonly Kind[]): number {
  const [first, ...rest] = a;
  if (first === undefined) return 0;
  const at = b.indexOf(first);
  const without = longestRun(rest, b);
  return at < 0 ? without : Math.max(without, 1 + longestRun(rest, b.slice(at + 1)));
}

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { EventKind } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { Refused } from "../../server/calls/refusal.ts";
import { EventQueue } from "../../server/lab/event-queue.ts";
import type { LabEvent } from "../../server/lab/events.ts";
import type { RehearsalReport } from "../../server/lab/rehearsal.ts";
import { type LabLimits, Rehearsals } from "../../server/lab/rehearsals.ts";
import { placeBehind } from "../../server/lab/servers-behind.ts";

const id = "123e4567-e89b-42d3-a456-426614174000";
const limits: LabLimits = { perClient: 2, inAll: 3, timeMs: 60_000, calls: 2, unread: 3 };

describe("a queue of events", () => {
  test("is read in order, as they come, to its end", async () => {
    const queue = new EventQueue(10, assert.fail);
    queue.add(event("a"));
    const read = Array.fromAsync(queue.read(), ({ call }) => call);
    queue.add(event("b"));
    await Promise.resolve();
    queue.add(event("c"));
    queue.end();
    queue.add(event("late"));
    assert.deepEqual(await read, ["a", "b", "c"]);
  });

  test("gives what is unread before it throws the first error that ended it", async () => {
    const queue = new EventQueue(10, assert.fail);
    queue.add(event("a"));
    queue.end(new Error("first"));
    queue.end(new Error("second"));
    const read: string[] = [];
    await assert.rejects(async () => {
      for await (const { call } of queue.read()) read.push(call);
    }, /first/);
    assert.deepEqual(read, ["a"]);
  });

  test("has room for so many that nobody reads, and lets go of them", async () => {
    let full = 0;
    const queue = new EventQueue(2, () => full++);
    for (const call of ["a", "b", "c"]) queue.add(event(call));
    assert.equal(full, 1);
    queue.drop();
    queue.end();
    assert.deepEqual(await Array.fromAsync(queue.read()), []);
  });
});

describe("rehearsals", () => {
  test("are found by their id in either case, until they end", () => {
    const { rehearsals } = made();
    const rehearsal = rehearsals.open(id.toUpperCase(), "client");
    assert.equal(rehearsals.opened(id), rehearsal);
    assert.throws(() => rehearsals.open(id, "other"), isCode(Code.AlreadyExists));
    rehearsal.end("left");
    assert.throws(() => rehearsals.opened(id), isCode(Code.FailedPrecondition));
    rehearsals.open(id, "client").end("left");
  });

  test("give their place back when nothing of them is left, and not before", async () => {
    const { rehearsals, reports } = made();
    const held = Promise.withResolvers<void>();
    const open = ["1", "2"].map((name) => rehearsals.open(name, "client"));
    const [first] = open;
    assert.throws(() => rehearsals.open("3", "client"), isFull("client full"));
    void first?.hold(held.promise);
    first?.end("left");
    await Promise.resolve();
    assert.throws(() => rehearsals.open("3", "client"), isFull("client full"));
    // What fails to end in order has ended as well.
    held.reject(new Error("broken"));
    await first?.released;
    await settled();
    rehearsals.open("3", "client").end("left");
    open[1]?.end("left");
    await settled();
    assert.deepEqual(
      reports.map(({ cause }) => cause),
      ["left", "left", "left"],
    );
  });

  test("have a limit of all clients", () => {
    const { rehearsals } = made();
    const open = ["1", "2", "3"].map((name) => rehearsals.open(name, name));
    assert.throws(() => rehearsals.open("4", "4"), isFull("server full"));
    for (const rehearsal of open) rehearsal.end("left");
  });

  test("end after their time", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { rehearsals, reports } = made();
    const rehearsal = rehearsals.open(id, "client");
    context.mock.timers.tick(59_999);
    assert.equal(rehearsal.signal.aborted, false);
    context.mock.timers.tick(1);
    assert.match(String(rehearsal.signal.reason), /deadline_exceeded.*was open for 60 s/);
    await rehearsal.released;
    await settled();
    assert.deepEqual(
      reports.map(({ cause }) => cause),
      ["time"],
    );
  });

  test("end when nobody reads their events", async () => {
    const rehearsal = made().rehearsals.open(id, "client");
    const tell = rehearsal.teller("server 1", "a");
    for (let i = 0; i < 3; i++) tell(EventKind.CALL_IN);
    assert.equal(rehearsal.signal.aborted, false);
    tell(EventKind.CALL_IN);
    assert.match(String(rehearsal.signal.reason), /resource_exhausted.*3 events waited/);
    assert.equal((await rehearsal.released).cause, "slow");
  });

  test("stamp an event when it happens, or with the moment that it is told", async () => {
    const rehearsal = made().rehearsals.open(id, "client");
    const before = performance.now();
    rehearsal.teller("server 2", "a")(EventKind.CODE_SENT, { code: 4, words: "late" });
    rehearsal.teller("proxy")(EventKind.CONNECTION_CHANGED, {}, 7);
    const after = performance.now();
    rehearsal.end("done");
    const [first, second, ...more] = await Array.fromAsync(rehearsal.events.read());
    assert.ok(first && first.atMs >= before && first.atMs <= after);
    assert.partialDeepStrictEqual(first, { place: "server 2", call: "a", code: 4, words: "late" });
    assert.partialDeepStrictEqual(second, { place: "proxy", call: "", atMs: 7 });
    assert.deepEqual(more, []);
  });

  test("are read to their end when a scenario is done or has failed, and else to the reason", async () => {
    for (const [cause, isError] of [
      ["done", false],
      ["failure", false],
      ["left", true],
    ] as const) {
      const rehearsal = made().rehearsals.open(id, "client");
      rehearsal.end(cause);
      const read = Array.fromAsync(rehearsal.events.read());
      if (isError) await assert.rejects(read, isCode(Code.Aborted));
      else assert.deepEqual(await read, []);
    }
  });

  test("count the calls of each of their servers", () => {
    const rehearsal = made().rehearsals.open(id, "client");
    rehearsal.enter("server 1");
    rehearsal.enter("server 1");
    assert.throws(() => rehearsal.enter("server 1"), isCode(Code.ResourceExhausted));
    rehearsal.enter("server 2");
    rehearsal.end("left");
    assert.throws(() => rehearsal.enter("server 3"), isCode(Code.Aborted));
  });

  test("end with another one, and let go of it when they end before", () => {
    const { rehearsals } = made();
    const around = rehearsals.open("around", "client");
    const inner = rehearsals.open("inner", "client");
    inner.endWith(around.signal);
    around.end("left");
    assert.equal(inner.signal.reason, around.signal.reason);
  });

  test("hear what is told at their places", async () => {
    const rehearsal = made().rehearsals.open(id, "client");
    let heard = false;
    const hearing = rehearsal
      .heard(({ place }) => place === "server 2")
      .then(() => {
        heard = true;
      });
    rehearsal.teller("server 1")(EventKind.CALL_IN);
    await settled();
    assert.equal(heard, false);
    rehearsal.teller("server 2")(EventKind.CALL_IN);
    await hearing;
    rehearsal.end("left");
  });

  test("end for the server's reason when it leaves, and no more are opened", async () => {
    const { rehearsals, reports } = made();
    const rehearsal = rehearsals.open(id, "client");
    const held = Promise.withResolvers<void>();
    void rehearsal.hold(held.promise);
    const reason = new ConnectError("leaving", Code.Unavailable);
    let isClosed = false;
    const closed = rehearsals.close(reason).then(() => {
      isClosed = true;
    });
    assert.equal(rehearsal.signal.reason, reason);
    assert.throws(() => rehearsals.open("2", "client"), isFull("shutdown"));
    await settled();
    assert.equal(isClosed, false);
    held.resolve();
    await closed;
    assert.equal(reports[0]?.cause, "shutdown");
  });

  test("call the server behind a server by the next number", () => {
    assert.deepEqual(["server 1", "server 2"].map(placeBehind), ["server 2", "server 3"]);
  });
});

function made(): { readonly rehearsals: Rehearsals; readonly reports: readonly RehearsalReport[] } {
  const reports: RehearsalReport[] = [];
  return { rehearsals: new Rehearsals((report) => reports.push(report), limits), reports };
}

function event(call: string): LabEvent {
  return { atMs: 0, place: "server 1", call, kind: EventKind.CALL_IN };
}

function isCode(code: Code): (error: unknown) => boolean {
  return (error) => error instanceof ConnectError && error.code === code;
}

function isFull(why: string): (error: unknown) => boolean {
  return (error) => error instanceof Refused && error.refusal.why === why;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Admission, type Caps, type Place } from "../../server/calls/admission.ts";
import { type Refusal, Refused } from "../../server/calls/refusal.ts";

describe("the delay of a refusal", () => {
  test("is how often places became free lately, for everyone ahead", () => {
    const { admission, clock } = admissionOf({ inAll: 1, waiting: 3 });
    departures(admission, clock, [0, 2000, 4000, 6000]);
    admission.enter("a");
    for (const ahead of [0, 1, 2]) admission.enter(`waits ${ahead}`);
    assert.equal(delayOf(admission), 8000);
  });

  test("is no later than the first that runs must end, and at least a second", () => {
    const { admission, clock } = admissionOf({ inAll: 2 });
    admission.enter("a", { remainingMs: () => 9000 - clock.nowMs });
    admission.enter("b", { remainingMs: () => 7000 - clock.nowMs });
    assert.equal(delayOf(admission), 7000);
    clock.nowMs = 6990;
    assert.equal(delayOf(admission), 1000);
  });

  test("is half a minute when nothing is known", () => {
    const { admission } = admissionOf({ inAll: 1 });
    admission.enter("a");
    assert.equal(delayOf(admission), 30_000);
  });

  test("is short right after a burst of departures, longer the longer nothing has left since", () => {
    const { admission, clock } = admissionOf({ inAll: 1 });
    departures(admission, clock, [0, 1, 2, 3, 4, 5]);
    admission.enter("a");
    assert.equal(delayOf(admission), 1000);
    clock.nowMs = 10_005;
    assert.equal(delayOf(admission), 10_000);
  });

  test("owes nothing to a burst an hour ago", () => {
    const { admission, clock } = admissionOf({ inAll: 1 });
    departures(admission, clock, [0, 1, 2, 3, 4, 5]);
    clock.nowMs = 3_600_000;
    admission.enter("a");
    assert.equal(delayOf(admission), 30_000);
  });

  test("of a client that has all it may is by its own calls alone", () => {
    const { admission, clock } = admissionOf({ perClient: 1 });
    admission.enter("a", { remainingMs: () => 20_000 });
    for (const other of ["b", "c", "d"]) admission.enter(other).leave();
    clock.nowMs += 1;
    assert.equal(delayOf(admission, "a"), 20_000);
  });

  test("is found without a look at every call for every refusal", () => {
    const { admission, clock } = admissionOf({ inAll: 100 });
    let looks = 0;
    const remainingMs = () => {
      looks++;
      return 5000;
    };
    for (let i = 0; i < 100; i++) admission.enter(`client ${i}`, { remainingMs });
    for (let i = 0; i < 1000; i++) delayOf(admission);
    assert.equal(looks, 100);
    clock.nowMs = 249;
    delayOf(admission);
    assert.equal(looks, 100);
    clock.nowMs = 250;
    delayOf(admission);
    assert.equal(looks, 200);
  });
});

describe("how often places became free", () => {
  test("is told by two departures, not by one", () => {
    const { admission, clock } = admissionOf({ inAll: 1 });
    departures(admission, clock, [0]);
    const running = admission.enter("a");
    assert.equal(delayOf(admission), 30_000);
    clock.nowMs = 5000;
    running.leave();
    admission.enter("a");
    assert.equal(delayOf(admission), 5000);
  });

  test("counts those of the last minute", () => {
    const { admission, clock } = admissionOf({ inAll: 1 });
    departures(admission, clock, [0, 10_000, 60_000]);
    admission.enter("a");
    assert.equal(delayOf(admission), 30_000, "the first was a minute ago");
    const later = admissionOf({ inAll: 1 });
    departures(later.admission, later.clock, [1000, 51_000, 71_000]);
    later.admission.enter("a");
    assert.equal(delayOf(later.admission), 20_000, "the first is forgotten");
  });

  test("counts the last twenty", () => {
    const { admission, clock } = admissionOf({ inAll: 1 });
    departures(admission, clock, [0, ...Array<number>(19).fill(38_000)]);
    const running = admission.enter("a");
    assert.equal(delayOf(admission), 2000);
    running.leave();
    admission.enter("a");
    assert.equal(delayOf(admission), 1000, "the first of twenty-one is forgotten");
  });
});

describe("admission", () => {
  test("counts a client's calls that run and wait, and nobody else's", () => {
    const { admission } = admissionOf({ perClient: 2, inAll: 1, waiting: 10 });
    const [first] = [admission.enter("a"), admission.enter("a")];
    assert.equal(refusalOf(admission, "a").why, "client full");
    admission.enter("b");
    assert.deepEqual([admission.running(), admission.running("a"), admission.running("b")], [1, 1, 0]);
    assert.equal(admission.waiting, 2);
    first?.leave();
    first?.leave();
    assert.deepEqual([admission.running(), admission.waiting], [1, 1]);
  });

  test("lets the one go first whose client has the fewest running, then the one that came first", () => {
    const { admission } = admissionOf({ inAll: 5, waiting: 10 });
    const begun: string[] = [];
    const enter = (client: string): Place => admission.enter(client, { begin: () => begun.push(client) });
    const running = [enter("a"), enter("a"), enter("a"), enter("b"), enter("e")];
    const waiting = [enter("a"), enter("b"), enter("c"), enter("c"), enter("d")];
    const ahead = waiting.map((place) => admission.ahead(place));
    assert.deepEqual(ahead, [4, 2, 0, 3, 1]);
    running[4]?.leave();
    assert.deepEqual(begun, ["c"]);
    assert.equal(waiting[2]?.runs, true);
    running[0]?.leave();
    running[1]?.leave();
    assert.deepEqual(begun, ["c", "d", "a"], "a and b have one running each, and a's call came first");
    assert.equal(admission.ahead(waiting[2] as Place), undefined);
    waiting[3]?.leave();
    running[2]?.leave();
    assert.deepEqual(begun, ["c", "d", "a", "b"]);
    assert.equal(admission.waiting, 0);
  });

  test("lets the one go first that came first, also when its client was in the line for longer", () => {
    const { admission } = admissionOf({ inAll: 1, waiting: 10 });
    const first = admission.enter("x");
    const [a, b, later] = ["a", "b", "a"].map((client) => admission.enter(client));
    first.leave();
    assert.equal(a?.runs, true);
    a?.leave();
    assert.deepEqual([b?.runs, later?.runs], [true, false]);
  });

  test("a call that leaves takes none of its client's others with it, nor a later one when it leaves twice", () => {
    const { admission } = admissionOf({ perClient: 4, inAll: 2, waiting: 10 });
    const [first, second, third] = [1, 2, 3].map(() => admission.enter("a"));
    third?.leave();
    assert.deepEqual([admission.running("a"), admission.running("nobody")], [2, 0]);
    admission.enter("b");
    const fourth = admission.enter("a");
    second?.leave();
    assert.deepEqual([admission.running("a"), admission.running("b"), admission.waiting], [1, 1, 1]);
    first?.leave();
    assert.deepEqual([admission.running("a"), admission.running("b"), admission.waiting], [1, 1, 0]);
    fourth.leave();
    assert.deepEqual([admission.running("a"), admission.running(), admission.waiting], [0, 1, 0]);
    admission.enter("a");
    for (const place of [first, second, third, fourth]) place?.leave();
    assert.equal(admission.running("a"), 1);
  });

  test("knows nothing of a client whose last call has left, from the line as well", () => {
    const { admission, clock } = admissionOf({ perClient: 3, inAll: 2, waiting: 10 });
    const running = [admission.enter("a"), admission.enter("a")];
    for (const other of ["b", "c"]) admission.enter(other);
    const waiting = admission.enter("a");
    for (const place of running) {
      place.leave();
      clock.nowMs += 100;
    }
    waiting.leave();
    for (let i = 0; i < 3; i++) admission.enter("a");
    assert.equal(delayOf(admission, "a"), 30_000, "its departures of before are forgotten");
  });

  test("promises room in a full line no later than the first that runs must end", () => {
    const { admission } = admissionOf({ inAll: 2, waiting: 100 });
    for (const endsInMs of [119_000, 90_000]) admission.enter("a", { remainingMs: () => endsInMs });
    for (let i = 0; i < 100; i++) admission.enter("b");
    assert.equal(delayOf(admission), 90_000);
  });

  test("takes 0 as no line, and as any number of the rest", () => {
    const { admission } = admissionOf({});
    for (let i = 0; i < 100; i++) admission.enter("a");
    assert.equal(admission.running("a"), 100);
    const full = admissionOf({ inAll: 1 }).admission;
    full.enter("a");
    assert.equal(refusalOf(full, "b").why, "server full");
  });

  test("lets nobody in once it is closed", () => {
    const { admission } = admissionOf({});
    admission.close();
    assert.equal(refusalOf(admission, "a").why, "shutdown");
    assert.throws(() => admission.enter("a"), { name: "Refused", message: "the call was refused: shutdown" });
  });
});

function admissionOf(caps: Partial<Caps>): { admission: Admission; clock: { nowMs: number } } {
  const clock = { nowMs: 0 };
  const none: Caps = { of: "searches", perClient: 0, inAll: 0, waiting: 0 };
  return { admission: new Admission({ ...none, ...caps }, () => clock.nowMs), clock };
}

/** A call leaves at each of the times. */
function departures(admission: Admission, clock: { nowMs: number }, timesMs: readonly number[]): void {
  for (const atMs of timesMs) {
    const place = admission.enter("leaves");
    clock.nowMs = atMs;
    place.leave();
  }
}

function delayOf(admission: Admission, client = "new"): number {
  const refusal = refusalOf(admission, client);
  assert.ok(refusal.why === "client full" || refusal.why === "server full");
  return refusal.retryAfterMs;
}

function refusalOf(admission: Admission, client: string): Refusal {
  try {
    admission.enter(client);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  throw new Error("the call must be refused");
}

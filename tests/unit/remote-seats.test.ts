import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { RemoteWorkers } from "../../server/cluster/remote-workers.ts";
import type { Upstream } from "../../server/cluster/upstream.ts";
import type { Hop, SliceResult } from "../../server/engine/workers.ts";
import { type FakeScan, fakeScan } from "../support/fake-scan.ts";
import { accepted, ended } from "../support/fake-scanner.ts";

const job = { name: "zzzzzzzzzzzz", idealDistance: 0, listedDistance: 0, start: 0n, count: 100_000 };

/** An upstream with so many seats, at so many candidates a millisecond each. */
interface Fake {
  seats: number;
  running: number;
  ratePerSeat: number;
  readonly instances: readonly string[];
  readonly scan: FakeScan;
  readonly given: [seat: object, failure: unknown][];
}

describe("the seats of other servers", () => {
  const begun: Fake[] = [];
  afterEach(async () => {
    for (const { scan } of begun.splice(0)) scan.fail(new Error("the test is over"));
    await settled();
  });

  test("are counted over all of them, as they come and go", () => {
    const first = fake(2, 1);
    const { workers, list } = on([first, fake(3, 0)]);
    assert.deepEqual([workers.size, workers.busy, workers.instances], [5, 1, ["server of 2", "server of 3"]]);
    list.push(fake(4, 4));
    first.running = 0;
    assert.deepEqual([workers.size, workers.busy], [9, 4]);
    assert.equal(workers.sliceMs, 300);
  });

  test("are taken where the largest share of them is free", () => {
    const [small, large] = [fake(2, 1), fake(10, 4)];
    const { workers } = on([small, large]);
    assert.equal(workers.next, large);
    large.running = 6;
    assert.equal(workers.next, small);
    small.running = 2;
    assert.equal(workers.next, large);
    large.running = 10;
    assert.equal(workers.next, undefined);
    // One that says less than it has.
    large.seats = 5;
    assert.equal(workers.next, undefined);
    assert.throws(
      () => workers.run(job, () => {}),
      /^Error: cannot run a scan: no upstream has a free seat$/,
    );
  });

  test("that are equally free are taken of the first", () => {
    const [first, second] = [fake(2, 1), fake(2, 1)];
    assert.equal(on([first, second]).workers.next, first);
  });

  test("of a server without seats are none", () => {
    assert.equal(on([fake(0, 0)]).workers.next, undefined);
  });

  test("compute a range for this server, and are given back with how it went", async () => {
    const upstream = fake(1, 0);
    const { workers } = on([upstream]);
    const settles: [SliceResult | undefined, Hop?][] = [];
    const slice = workers.run({ ...job, path: ["first", "second"] }, (...said) => void settles.push(said));
    await settled();
    const { request } = upstream.scan.requests[0] ?? assert.fail();
    assert.ok(request.case === "range");
    assert.deepEqual(
      [request.value.path, request.value.client],
      [["first", "second", "top", "above", "self"], "self"],
    );
    upstream.scan.say(accepted, ended(100_000n));
    upstream.scan.end();
    await settled();
    assert.deepEqual(upstream.given, [[slice.worker, undefined]]);
    assert.equal(settles[0]?.[0]?.tried, 100_000);
  });

  test("are told that the work is this server's own when it came through no other", async () => {
    const upstream = fake(1, 0);
    on([upstream]).workers.run(job, () => {});
    await settled();
    const { request } = upstream.scan.requests[0] ?? assert.fail();
    assert.deepEqual(request.case === "range" && request.value.path, ["top", "above", "self"]);
  });

  for (const [what, ratePerSeat, count, wantedMs] of [
    ["four times the expected time", 10, 20_000, 8000],
    ["at least 5 s", 1000, 100, 5000],
    ["5 s when its speed is not known", 0, 2 ** 31, 5000],
    ["whole milliseconds, not too few", 3, 5000, 6667],
    ["what gRPC can write", 0.001, 2 ** 31, 99_999_999],
  ] as const) {
    test(`are given ${what}`, async () => {
      const upstream = fake(1, 0, ratePerSeat);
      on([upstream]).workers.run({ ...job, count }, () => {});
      await settled();
      assert.equal(upstream.scan.timeoutMs, wantedMs);
    });
  }

  test("tell of themselves when there are some, and are closed together", async () => {
    const { workers, ready, closed } = on([]);
    ready();
    let told = 0;
    workers.onIdle(() => {
      told++;
    });
    ready();
    assert.equal(told, 1);
    await workers.close();
    assert.equal(closed(), 1);
  });

  function on(list: Fake[]) {
    begun.push(...list);
    let ready = (): void => {};
    let closed = 0;
    const workers = new RemoteWorkers({
      path: ["top", "above", "self"],
      upstreams: (onReady) => {
        ready = onReady;
        return {
          list: list as unknown as Upstream[],
          close: () => {
            closed++;
          },
        };
      },
    });
    return { workers, list, ready: () => ready(), closed: () => closed };
  }
});

function fake(seats: number, running: number, ratePerSeat = 1000): Fake {
  const scan = fakeScan();
  const given: Fake["given"] = [];
  const upstream = {
    seats,
    running,
    ratePerSeat,
    instances: [`server of ${seats}`],
    scan,
    scanner: scan.scanner,
    given,
    take: () => ({}),
    giveBack: (seat: object, failure: unknown) => void given.push([seat, failure]),
  };
  return upstream;
}

/** All promises that wait for nothing have gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

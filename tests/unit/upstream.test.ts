import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { createRouterTransport } from "@connectrpc/connect";
import { pino } from "pino";
import { type GetScannerRequest, ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion } from "../../proto/scan-contract.ts";
import { Upstream } from "../../server/cluster/upstream.ts";
import type { Scanner } from "../support/fake-scanner.ts";

const absent = "an upstream cannot be used";
const setAside = "an upstream is set aside";
const ready = "an upstream is ready";

describe("an upstream", () => {
  const opened: Upstream[] = [];
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
    mock.method(Math, "random", () => 0.5);
  });
  afterEach(async () => {
    for (const upstream of opened.splice(0)) upstream.close();
    await settled();
    mock.restoreAll();
  });

  test("has no seat until it has answered, then those that it says, with their speed", async () => {
    const { upstream, asked, readies, logged } = made({
      seats: 4,
      expectedHashesPerSecond: 8_000_000,
      instances: ["worker", "behind it"],
      serverName: "machine",
    });
    assert.deepEqual(facts(upstream), [0, 0, 500, []]);
    await settled();
    assert.deepEqual(facts(upstream), [4, 2000, 2000, ["worker", "behind it"]]);
    assert.deepEqual([asked[0]?.contractVersion, asked[0]?.path], [scanContractVersion, ["first", "self"]]);
    assert.equal(readies(), 1);
    assert.deepEqual(
      logged(ready).map(({ upstream, server, seats }) => [upstream, server, seats]),
      [["http://worker", "machine", 4]],
    );
  });

  test("that has not measured itself is taken to be as fast as usual", async () => {
    const { upstream } = made({ seats: 2, expectedHashesPerSecond: 0 });
    await settled();
    assert.deepEqual(facts(upstream).slice(0, 3), [2, 0, 500]);
  });

  test("has the seats that were given for it, at the speed of its own", async () => {
    const { upstream } = made({ seats: 2, expectedHashesPerSecond: 4_000_000 }, 10);
    await settled();
    assert.deepEqual(facts(upstream).slice(0, 3), [10, 2000, 2000]);
  });

  test("is asked again after 2.5 to 5 s, and heard of each time", async () => {
    const { upstream, said, asked, readies, logged } = made({ seats: 1 });
    await settled();
    said.answer = { seats: 3 };
    await tick(3749);
    assert.equal(asked.length, 1);
    await tick(1);
    assert.equal(asked.length, 2);
    assert.equal(upstream.seats, 3);
    assert.equal(readies(), 2);
    assert.equal(logged(ready).length, 1);
    mock.method(Math, "random", () => 0);
    await tick(3750);
    assert.equal(asked.length, 3);
    await tick(2499);
    assert.equal(asked.length, 3);
    await tick(1);
    assert.equal(asked.length, 4);
  });

  test("without seats of its own is asked again after half a second", async () => {
    const { upstream, said, asked } = made({ seats: 0, expectedHashesPerSecond: 1000 });
    await settled();
    assert.deepEqual(facts(upstream).slice(0, 3), [0, 0, 500]);
    await tick(499);
    assert.equal(asked.length, 1);
    said.answer = { seats: 1 };
    await tick(1);
    assert.equal(upstream.seats, 1);
  });

  test("that does not answer is asked after 250 ms, then half as often each time, at least every 2 s", async () => {
    const { upstream, said, asked, logged } = made(new Error("nobody is there"));
    await settled();
    for (const [i, restMs] of [250, 500, 1000, 2000, 2000].entries()) {
      assert.equal(asked.length, i + 1);
      assert.equal(logged(absent).at(-1)?.restsMs, restMs);
      await tick(restMs - 1);
      assert.equal(asked.length, i + 1);
      await tick(1);
    }
    assert.equal(logged(absent)[0]?.upstream, "http://worker");
    assert.match(String(logged(absent)[0]?.reason), /internal|nobody/);
    said.answer = { seats: 1 };
    await tick(2000);
    assert.equal(upstream.seats, 1);
    said.answer = new Error("gone again");
    await tick(3750);
    assert.deepEqual(facts(upstream), [0, 1, 1, []]);
    assert.equal(logged(absent).at(-1)?.restsMs, 250);
  });

  test("that takes more than 2 s to answer is not waited for", async () => {
    const { said, logged } = made("silence");
    await settled();
    await tick(1999);
    assert.deepEqual(logged(absent), []);
    await tick(1);
    assert.match(String(logged(absent)[0]?.reason), /timed out/);
    assert.equal(said.answer, "silence");
  });

  const refused: Readonly<Record<string, readonly [said: Scanner, reason: RegExp]>> = {
    "speaks another version": [
      { contractVersion: 2 },
      /^it speaks version 2 of the scan contract, this server version 1: run the same release on both$/,
    ],
    "computes through this server": [
      { instances: ["worker", "self"] },
      /^it computes through this server: take the loop out of --upstream$/,
    ],
    "has more than 1,024 seats": [{ seats: 1025 }, /^it says that it has 1025 seats: more than 1024$/],
    "is slower than nothing": [
      { expectedHashesPerSecond: -1 },
      /^it says that it is good for -1 hashes a second$/,
    ],
    "is faster than anything": [{ expectedHashesPerSecond: 1.1e15 }, /^it says that it is good for 11/],
    "says no number": [{ expectedHashesPerSecond: Number.NaN }, /good for NaN hashes/],
  };
  for (const [does, [answer, reason]] of Object.entries(refused)) {
    test(`that ${does} has no seats`, async () => {
      const { upstream, readies, logged } = made({ seats: 1, ...answer });
      await settled();
      assert.match(String(logged(absent)[0]?.reason), reason);
      assert.equal(upstream.seats, 0);
      assert.equal(readies(), 0);
    });
  }

  test("may have 1,024 seats, and 10^15 hashes a second", async () => {
    const { upstream } = made({ seats: 1024, expectedHashesPerSecond: 1e15 });
    await settled();
    assert.equal(upstream.seats, 1024);
  });

  test("gives seats that had ranges before, and counts those that are taken", async () => {
    const { upstream } = made({ seats: 2 });
    await settled();
    const [first, second] = [upstream.take(), upstream.take()];
    assert.notEqual(first, second);
    assert.equal(upstream.running, 2);
    upstream.giveBack(first, undefined);
    assert.equal(upstream.running, 1);
    assert.equal(upstream.take(), first);
    assert.equal(upstream.running, 2);
  });

  test("whose range fails rests, twice as long each time, at most 10 s", async () => {
    const { upstream, asked, logged } = made({ seats: 1, instances: ["worker"] });
    await settled();
    for (const [i, restMs] of [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000].entries()) {
      upstream.giveBack(upstream.take(), new Error("it lied"));
      assert.deepEqual([upstream.seats, upstream.instances], [0, []]);
      assert.equal(logged(setAside).at(-1)?.restsMs, restMs);
      await tick(restMs - 1);
      assert.equal(asked.length, i + 1);
      await tick(1);
      assert.equal(upstream.seats, 1);
    }
    assert.deepEqual(
      [logged(setAside)[0]?.upstream, logged(setAside)[0]?.reason],
      ["http://worker", "it lied"],
    );
    upstream.giveBack(upstream.take(), undefined);
    upstream.giveBack(upstream.take(), "it lied again");
    assert.deepEqual(
      [logged(setAside).at(-1)?.restsMs, logged(setAside).at(-1)?.reason],
      [250, "it lied again"],
    );
  });

  test("that does not answer after its ranges failed is asked as soon as any other", async () => {
    const { upstream, said, logged } = made({ seats: 1 });
    await settled();
    for (let i = 0; i < 3; i++) {
      upstream.giveBack(upstream.take(), new Error("it died"));
      await tick(1000);
    }
    said.answer = new Error("it is gone");
    await tick(5000);
    assert.equal(logged(setAside).length, 3);
    assert.equal(logged(absent)[0]?.restsMs, 250);
  });

  test("whose ranges fail all at once has failed once", async () => {
    const { upstream, logged } = made({ seats: 3 });
    await settled();
    const seats = [upstream.take(), upstream.take(), upstream.take()];
    for (const seat of seats) upstream.giveBack(seat, new Error("it died"));
    assert.deepEqual(
      logged(setAside).map(({ restsMs }) => restsMs),
      [250],
    );
    assert.equal(upstream.running, 0);
  });

  test("behind a balancer is set aside only when as many ranges in a row fail as it has seats", async () => {
    const { upstream, logged } = made({ seats: 1 }, 2);
    await settled();
    const fail = () => upstream.giveBack(upstream.take(), new Error("one of them died"));
    fail();
    upstream.giveBack(upstream.take(), undefined);
    fail();
    const single = logged("a range of an upstream failed");
    assert.deepEqual(
      single.map(({ upstream, reason }) => [upstream, reason]),
      Array(2).fill(["http://worker", "one of them died"]),
    );
    assert.deepEqual(logged(setAside), []);
    fail();
    assert.equal(upstream.seats, 0);
    assert.equal(logged(setAside).length, 1);
    await tick(250);
    assert.equal(upstream.seats, 2);
    fail();
    assert.equal(upstream.seats, 1);
  });

  test("behind a balancer rests each seat whose range failed for 250 ms, and says when it is there again", async () => {
    const { upstream, readies } = made({ seats: 1 }, 3);
    await settled();
    upstream.giveBack(upstream.take(), new Error("refused"));
    assert.equal(upstream.seats, 2);
    await tick(100);
    upstream.giveBack(upstream.take(), new Error("refused"));
    const before = readies();
    await tick(149);
    assert.deepEqual([upstream.seats, readies()], [1, before]);
    await tick(1);
    assert.deepEqual([upstream.seats, readies()], [2, before + 1]);
    await tick(100);
    assert.deepEqual([upstream.seats, readies()], [3, before + 2]);
  });

  test("that is closed has no seats, and is asked no more", async () => {
    const { upstream, asked, logged } = made({ seats: 1 });
    await settled();
    upstream.close();
    assert.equal(upstream.seats, 0);
    await tick(60_000);
    assert.equal(asked.length, 1);
    assert.deepEqual(logged(absent), []);
  });

  test("that is closed while it is asked is not complained of", async () => {
    const { upstream, asked, signals, logged } = made("silence");
    await settled();
    assert.deepEqual(aborted(signals), [false]);
    upstream.close();
    await settled();
    assert.deepEqual(aborted(signals), [true]);
    await tick(60_000);
    assert.equal(asked.length, 1);
    assert.deepEqual(logged(absent), []);
  });

  /** One that answers so, or fails so, or never; its answer can be changed. */
  function made(answer: Scanner | Error | "silence", seats?: number) {
    const said = { answer };
    const asked: GetScannerRequest[] = [];
    const signals: AbortSignal[] = [];
    const entries: Record<string, unknown>[] = [];
    let readies = 0;
    const transport = createRouterTransport((router) =>
      router.service(ScanService, {
        getScanner: async (request, { signal }) => {
          asked.push(request);
          signals.push(signal);
          const { answer } = said;
          if (answer === "silence") return await new Promise(() => {});
          if (answer instanceof Error) throw answer;
          return { contractVersion: scanContractVersion, expectedHashesPerSecond: 1000, ...answer };
        },
      }),
    );
    const upstream = new Upstream("http://worker", transport, {
      path: () => ["first", "self"],
      seats,
      log: pino({ level: "info" }, { write: (line: string) => void entries.push(JSON.parse(line)) }),
      onReady: () => {
        readies++;
      },
    });
    opened.push(upstream);
    const logged = (words: string) => entries.filter(({ msg }) => msg === words);
    return { upstream, said, asked, signals, readies: () => readies, logged };
  }
});

function aborted(signals: readonly AbortSignal[]): boolean[] {
  return signals.map(({ aborted }) => aborted);
}

function facts({ seats, ratePerSeat, usualRate, instances }: Upstream) {
  return [seats, ratePerSeat, usualRate, instances];
}

async function tick(ms: number): Promise<void> {
  await settled();
  mock.timers.tick(ms);
  await settled();
}

/** All promises that wait for nothing have gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import { Engine } from "../../server/engine/engine.ts";
import { type FakeScanner, honestly, type Scanning, startFakeScanner } from "../support/fake-scanner.ts";
import { framesOf } from "../support/frames-of.ts";
import { plainFrames } from "../support/reference.ts";
import { remoteWorkersOn } from "../support/remote-workers.ts";
import { until } from "../support/until.ts";

// Said by whoever gives the address of a balancer.
const seats = 4;
const job = { name: "doctor", idealDistance: -1, listedDistance: 3, start: 0n, count: 100_000 };
const setAside = "an upstream is set aside";

describe("an upstream whose seats were given, as a balancer's are,", () => {
  test("goes on when ranges of one server behind it fail", async (t) => {
    const { engine, logged } = await balanced(t, failing(seats - 1));
    assert.deepEqual(await framesOf(engine, job), plainFrames(job));
    assert.equal(logged("a range of an upstream failed").length, seats - 1);
    assert.deepEqual(logged(setAside), []);
  });

  test("goes on however many fail, as long as others do well in between", async (t) => {
    const { scanner, engine, logged } = await balanced(t, honestly);
    for (let round = 0; round < 3; round++) {
      scanner.scan = failing(seats - 1);
      assert.deepEqual(await framesOf(engine, job), plainFrames(job));
    }
    assert.equal(logged("a range of an upstream failed").length, 3 * (seats - 1));
    assert.deepEqual(logged(setAside), []);
  });

  test("is set aside when as many ranges fail as it has seats, and taken back", async (t) => {
    const { scanner, engine, logged } = await balanced(t, failing(seats));
    assert.deepEqual(await framesOf(engine, job), plainFrames(job));
    assert.deepEqual(
      logged(setAside).map(({ upstream, restsMs }) => ({ upstream, restsMs })),
      [{ upstream: scanner.url, restsMs: 250 }],
    );
  });
});

interface Balanced {
  readonly scanner: FakeScanner;
  readonly engine: Engine;
  logged(words: string): readonly Record<string, unknown>[];
}

/** An engine that computes through nothing else; the server itself says that it has one seat. */
async function balanced(t: TestContext, scan: Scanning): Promise<Balanced> {
  const scanner = await startFakeScanner(scan);
  const entries: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void entries.push(JSON.parse(line)) });
  const { workers } = remoteWorkersOn([scanner.url], { seats, log });
  const engine = new Engine(workers);
  t.after(async () => {
    await engine.close();
    await scanner.close();
  });
  await until(() => engine.workers === seats);
  return { scanner, engine, logged: (words) => entries.filter(({ msg }) => msg === words) };
}

/** So many ranges fail, then all are right. */
function failing(count: number): Scanning {
  let left = count;
  return (range) => {
    if (left-- > 0) throw new Error("the server behind it is gone");
    return honestly(range);
  };
}

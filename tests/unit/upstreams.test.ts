import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { pino } from "pino";
import { Upstreams } from "../../server/cluster/upstreams.ts";
import { lookUpAddresses } from "../../server/upstream-lookup.ts";

interface Fake {
  readonly url: string;
  running: number;
  isClosed: boolean;
  close(): void;
}

describe("the upstreams of a name", () => {
  let addresses: readonly string[] | Error;
  let looked: string[];
  let entries: Record<string, unknown>[];
  beforeEach(() => {
    entries = [];
    addresses = [];
    looked = [];
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
  });

  test("are its addresses, looked up again every 10 s", async () => {
    addresses = ["10.0.0.1", "10.0.0.2"];
    const upstreams = upstreamsOf("http://workers:50052");
    await settled();
    assert.deepEqual(urls(upstreams), ["http://10.0.0.1:50052", "http://10.0.0.2:50052"]);
    const [kept] = upstreams.list;
    addresses = ["10.0.0.3", "10.0.0.1"];
    await tick(9999);
    assert.deepEqual(looked, ["workers"]);
    await tick(1);
    assert.deepEqual(looked, ["workers", "workers"]);
    assert.deepEqual(urls(upstreams), ["http://10.0.0.1:50052", "http://10.0.0.3:50052"]);
    assert.ok(upstreams.list.includes(kept as Fake), "one that stays is the same as before");
    upstreams.close();
    assert.ok(upstreams.list.every(({ isClosed }) => isClosed));
    await tick(10_000);
    assert.equal(looked.length, 2);
  });

  test("that have gone get no more ranges, and stay until theirs have ended", async () => {
    addresses = ["10.0.0.1"];
    const upstreams = upstreamsOf("http://workers:50052");
    await settled();
    const [gone] = upstreams.list;
    assert.ok(gone);
    gone.running = 1;
    addresses = ["10.0.0.2"];
    await tick(10_000);
    assert.ok(gone.isClosed);
    assert.deepEqual(urls(upstreams), ["http://10.0.0.1:50052", "http://10.0.0.2:50052"]);
    gone.running = 0;
    assert.deepEqual(urls(upstreams), ["http://10.0.0.2:50052"]);
    upstreams.close();
  });

  test("are kept while nobody answers for the name", async () => {
    addresses = ["fd00::1"];
    const upstreams = upstreamsOf("http://workers:50052");
    await settled();
    addresses = new Error("getaddrinfo EAI_AGAIN workers");
    await tick(10_000);
    assert.deepEqual(urls(upstreams), ["http://[fd00::1]:50052"]);
    upstreams.close();
  });

  test("are told of in the log as they come and go", async () => {
    addresses = ["10.0.0.1"];
    const upstreams = upstreamsOf("http://workers:50052");
    await settled();
    await tick(10_000);
    addresses = ["fd00::1"];
    await tick(10_000);
    addresses = new Error("getaddrinfo EAI_AGAIN workers");
    await tick(10_000);
    upstreams.close();
    const upstream = "http://workers:50052";
    assert.deepEqual(entries, [
      { msg: "an upstream has come", upstream, address: "http://10.0.0.1:50052" },
      { msg: "an upstream has come", upstream, address: "http://[fd00::1]:50052" },
      { msg: "an upstream has gone", upstream, address: "http://10.0.0.1:50052" },
      {
        msg: "the addresses of an upstream cannot be looked up",
        upstream,
        reason: "getaddrinfo EAI_AGAIN workers",
      },
    ]);
  });

  test("are those that were given when they are addresses, without a word", async () => {
    addresses = ["fd00::1"];
    const upstreams = upstreamsOf("http://[fd00::1]:50052");
    await settled();
    assert.deepEqual(looked, ["fd00::1"]);
    assert.deepEqual(urls(upstreams), ["http://[fd00::1]:50052"]);
    assert.deepEqual(entries, []);
    upstreams.close();
  });

  test("that have gone are listed until the last of their ranges, each by itself", async () => {
    addresses = ["10.0.0.1", "10.0.0.2"];
    const upstreams = upstreamsOf("http://workers:50052");
    await settled();
    const [first, second] = upstreams.list as [Fake, Fake];
    first.running = 1;
    second.running = 2;
    addresses = [];
    await tick(10_000);
    first.running = 0;
    second.running = 1;
    assert.deepEqual(upstreams.list, [second]);
    second.running = 0;
    assert.deepEqual(upstreams.list, []);
    upstreams.close();
  });

  test("are not taken from an answer that comes when the server has left", async () => {
    const made: string[] = [];
    let answer = (_: readonly string[]): void => {};
    const lookUp = () =>
      new Promise<readonly string[]>((resolve) => {
        answer = resolve;
      });
    const upstreams = new Upstreams<Fake>({
      urls: ["http://workers:50052"],
      lookUp,
      make: ({ url }) => {
        made.push(url);
        return { url, running: 0, isClosed: false, close: () => {} };
      },
      log: pino({ level: "silent" }),
    });
    await settled();
    upstreams.close();
    answer(["10.0.0.1"]);
    await settled();
    assert.deepEqual([upstreams.list, made], [[], []]);
  });

  test("count once each where a machine has addresses of both versions", async () => {
    assert.deepEqual(await lookUpAddresses("127.0.0.1"), ["127.0.0.1"]);
    assert.deepEqual(await lookUpAddresses("::1"), ["::1"]);
    assert.deepEqual(await lookUpAddresses("localhost"), ["127.0.0.1"]);
  });

  function upstreamsOf(url: string): Upstreams<Fake> {
    return new Upstreams<Fake>({
      urls: [url],
      lookUp: async (host) => {
        looked.push(host);
        if (addresses instanceof Error) throw addresses;
        return addresses;
      },
      make: ({ url }) => {
        const fake: Fake = {
          url,
          running: 0,
          isClosed: false,
          close: () => {
            fake.isClosed = true;
          },
        };
        return fake;
      },
      log: pino({ base: null, timestamp: false }, { write: note }),
    });
  }

  function note(line: string): void {
    const { level: _, ...entry } = JSON.parse(line);
    entries.push(entry);
  }
});

function urls(upstreams: Upstreams<Fake>): string[] {
  return upstreams.list.map(({ url }) => url).sort();
}

async function tick(ms: number): Promise<void> {
  mock.timers.tick(ms);
  await settled();
}

/** All promises that wait for nothing have gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { tlsFile, tlsFlags } from "../support/certificates.ts";
import { endless, errorOf, nativeClients } from "../support/clients.ts";
import { type Find, startFind, ways } from "../support/find.ts";
import { plainly } from "../support/listed.ts";
import { freePort } from "../support/ports.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

interface Match {
  readonly secret: string;
  readonly hashedName: string;
  readonly hammingDistance: number;
  readonly candidateIndex: string;
}

interface Ended {
  readonly ending: string;
  readonly exitCode: number;
  readonly nextIndex?: string;
}

describe("the client for the terminal", () => {
  let server: TestServer;
  let native: readonly string[];
  before(async () => {
    server = await startServer({ args: ["--workers", "2", "--maximum-hashes", "0"] });
    native = ways["native gRPC"](server);
  });
  after(async () => await stopCleanly(server));

  for (const [protocol, way] of Object.entries(ways)) {
    test(`prints the hash, its distance and the bytes that have it, over ${protocol}`, async () => {
      const find = startFind(["grpc", ...way(server)]);
      assert.equal(await find.ended(), 0);
      assert.equal(find.lines().length, 1);
      const [hash = "", distance, secret = ""] = find.lines()[0]?.split("  ") ?? [];
      assert.equal(createHash("sha1").update(secret, "base64").digest("base64"), hash);
      assert.match(hash, /grpc/i);
      assert.equal(distance, "0");
      assert.match(find.words(), /^Found in .*\.\n$/);
    });

    test(`prints near misses in order until the match, over ${protocol}`, async () => {
      const flags = ["cats", "--ideal-distance", "1", "--interesting-distance", "2"];
      const find = startFind([...flags, "--json", ...way(server)]);
      assert.equal(await find.ended(), 0);
      const { matches, ended } = readJson(find);
      const last = Number(matches.at(-1)?.candidateIndex);
      assert.deepEqual(
        matches.map(({ candidateIndex }) => Number(candidateIndex)),
        plainly({ name: "cats", distance: 2, end: last + 1 }),
      );
      assert.deepEqual(
        matches.map(({ hammingDistance }) => hammingDistance <= 1).indexOf(true),
        matches.length - 1,
      );
      assert.deepEqual(ended, { ending: "found", exitCode: 0 });
    });
  }

  test("takes the published example's flags", async () => {
    const [ours, published] = ["--interesting-distance", "--show-inferior"].map((flag) =>
      startFind(["cats", "--ideal-distance", "1", flag, "2", ...native]),
    );
    assert.deepEqual([await ours?.ended(), await published?.ended()], [0, 0]);
    assert.deepEqual(published?.lines(), ours?.lines());
  });

  test("takes the server from the environment", async () => {
    const find = startFind(["cat"], { HASH_FINDER_SERVER: server.url });
    assert.equal(await find.ended(), 0);
  });

  test("continues after a spent budget where it says, and loses nothing", async () => {
    const query = ["hello", "--interesting-distance", "2", "--json", ...native];
    const whole = startFind(query);
    const first = startFind([...query, "--maximum-hashes", "100000"]);
    assert.equal(await first.ended(), 1);
    assert.match(
      first.words(),
      /^Not found: the budget of 100,000 hashes is spent\. Continue with --start-index 100000\.\n$/,
    );
    const { ended, matches } = readJson(first);
    assert.deepEqual([ended.ending, ended.exitCode, ended.nextIndex], ["budget", 1, "100000"]);
    const rest = startFind([...query, "--start-index", ended.nextIndex ?? ""]);
    assert.deepEqual([await rest.ended(), await whole.ended()], [0, 0]);
    assert.deepEqual([...matches, ...readJson(rest).matches], readJson(whole).matches);
  });

  test("ends with 1 when the time is over, and says where to continue", async () => {
    const find = startFind([endless().desiredName, "--maximum-seconds", "1", ...native]);
    assert.equal(await find.ended(), 1);
    assert.match(find.words(), /^Not found: the time is over\. Continue with --start-index \d+\.\n$/);
  });

  for (const [name, flagsOf] of Object.entries(ways)) {
    test(`may be given days, over ${name}`, async () => {
      const find = startFind(["cat", "--maximum-seconds", "200000", ...flagsOf(server)]);
      assert.equal(await find.ended(), 0, find.words());
    });
  }

  test("ends with 4 when the server has no room, and says when there may be", async (t) => {
    const full = await startServer({ args: ["--maximum-searches-per-client", "1", "--maximum-hashes", "0"] });
    t.after(() => stopCleanly(full));
    const controller = new AbortController();
    const other = errorOf(nativeClients(full), "find", endless(), { signal: controller.signal });
    await untilActivity(full.url, ({ searches }) => searches === 1);
    const find = startFind(["cat", ...ways["gRPC-Web"](full)]);
    assert.equal(await find.ended(), 4);
    assert.match(
      find.words(),
      /^The server did not begin the search: you have as many searches as it allows\. Try again in .*\.\n$/,
    );
    controller.abort();
    await other;
  });

  test("ends with 5 when the server is shut down, and says where to continue", async () => {
    const leaving = await startServer({ args: ["--maximum-hashes", "0"] });
    const find = startFind([endless().desiredName, ...ways["native gRPC"](leaving)]);
    await untilActivity(leaving.url, ({ workersBusy }) => workersBusy > 0);
    await leaving.stop();
    assert.equal(await find.ended(), 5);
    assert.match(find.words(), /^The server is shutting down\. Continue with --start-index \d+\.\n$/);
  });

  for (const [protocol, way] of Object.entries(ways)) {
    test(`ends with 3 when the server is killed, over ${protocol}`, async () => {
      const dying = await startServer({ args: ["--maximum-hashes", "0"] });
      const find = startFind([endless().desiredName, "--interesting-distance", "9", ...way(dying)]);
      await find.untilPrinted(1);
      await dying.kill();
      assert.equal(await find.ended(), 3);
      assert.match(find.words(), /^The connection to \S+ was lost: .*\. Search again\.\n$/);
    });
  }

  test("ends with 3 where there is no server, or another kind of port", async () => {
    // One of its own: it logs what it cannot read.
    const other = await startServer();
    const host = (url: string): string => new URL(url).host;
    const wrong = [
      `localhost:${await freePort()}`,
      `http://localhost:${await freePort()}`,
      host(other.url),
      other.grpcUrl,
      `https://${host(other.url)}`,
      "http://nowhere.invalid",
    ];
    for (const address of wrong) {
      const find = startFind(["cat", "--server", address]);
      assert.equal(await find.ended(), 3, address);
      assert.match(
        find.words(),
        /^Cannot reach \S+ over gRPC(-Web)?: [^\n]+\. Start a server with [^\n]+\n$/,
      );
      assert.ok(find.words().includes(address));
    }
    await other.stop();
  });

  test("ends with 2 in one line when the arguments make no search", async () => {
    for (const args of [["a b"], ["--prot"], []]) {
      const find = startFind(args);
      assert.equal(await find.ended(), 2);
      assert.match(find.words(), /^[^\n]+\n$/);
    }
  });

  test("speaks gRPC over TLS to https://", async (t) => {
    const secure = await startServer({ args: tlsFlags("localhost") });
    t.after(() => stopCleanly(secure));
    const { port } = new URL(secure.url);
    const trusting = { NODE_EXTRA_CA_CERTS: tlsFile("localhost.cert.pem") };
    const find = startFind(["cat", "--server", `https://localhost:${port}`], trusting);
    assert.equal(await find.ended(), 0, find.words());
  });

  test("leaves nothing on the server", async () => {
    await untilIdle(server.url);
  });
});

function readJson(find: Find): { matches: readonly Match[]; ended: Ended } {
  const objects = find.lines().map((line) => JSON.parse(line));
  const { ended } = objects.at(-1);
  return { matches: objects.slice(0, -1).map(({ match }) => match), ended };
}

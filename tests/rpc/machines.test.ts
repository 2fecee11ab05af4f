import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { type SearchReport, SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { type Clients, endless, nativeClients, reportOf } from "../support/clients.ts";
import { startServer, type TestServer } from "../support/server.ts";

const name = "doctor";
const distance = 3;
const end = 3_000_000;

/** All matches up to the end, on this thread. */
const plain = plainly();

describe("a server that computes through others", { timeout: 60_000 }, () => {
  let machines: TestServer[] = [];
  let coordinator: TestServer;
  let clients: Clients;
  before(async () => {
    machines = await Promise.all(Array.from({ length: 4 }, machine));
    coordinator = await startServer({
      args: ["--workers", "0", "--upstream", machines.map(({ scanUrl }) => scanUrl).join(",")],
    });
    clients = nativeClients(coordinator);
    await untilActivity(coordinator.url, ({ workers }) => workers === 4);
  });
  after(async () => {
    await coordinator.stop();
    await Promise.all(machines.map((server) => server.stop()));
  });
  afterEach(async () => {
    for (const { url } of [coordinator, ...machines]) await untilIdle(url);
  });

  test("answers what one thread answers, match for match", async () => {
    assert.deepEqual((await listed(clients)).indexes, plain);
  });

  test("a Stop reaches them all, and each says so", async () => {
    const search = endless();
    const controller = new AbortController();
    const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
    for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
    controller.abort();
    await call;
    const report = await reportOf(clients, search.searchId);
    assert.equal(report.workersUsed, 4);
    assert.equal(report.workersIdle, 4);
    assert.equal(report.hops.length, 4);
    for (const hop of report.hops) {
      assert.ok(hop.interruptSeenAfter && hop.idleAfter);
      assert.equal(hop.unconfirmed, 0);
    }
  });

  test("machines that are killed, one after the other, lose no match and double none", async () => {
    const killed = machines.slice(0, 2);
    let received = 0;
    const { indexes } = await listed(clients, async () => {
      received++;
      if (received === 200) await killed[0]?.kill();
      if (received === 2000) await killed[1]?.kill();
    });
    assert.deepEqual(indexes, plain);
    machines = machines.slice(2);
    const again = await Promise.all(killed.map(machine));
    // They come back on other ports, which this coordinator was not told of.
    await Promise.all(again.map((server) => server.stop()));
  });

  test("a machine that freezes holds up nobody, and a Stop says that it is not confirmed", async () => {
    const frozen = machines[0] as TestServer;
    let received = 0;
    const { indexes } = await listed(clients, async () => {
      if (++received === 200) frozen.signal("SIGSTOP");
    });
    assert.deepEqual(indexes, plain);
    frozen.signal("SIGCONT");
  });

  test("a coordinator that is killed stops all work everywhere", async () => {
    const own = await startServer({
      args: ["--workers", "0", "--upstream", machines.map(({ scanUrl }) => scanUrl).join(",")],
    });
    await untilActivity(own.url, ({ workers }) => workers === machines.length);
    const call = nativeClients(own)
      .finder.find(endless())
      .catch(() => {});
    for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
    await own.kill();
    await call;
    for (const { url } of machines) await untilIdle(url);
  });
});

function machine(): Promise<TestServer> {
  return startServer({ args: ["--workers", "1", "--scan-port", "0"] });
}

/** The indexes of all matches, and the report. */
async function listed(
  { finder }: Clients,
  onMatch: () => Promise<void> = async () => {},
): Promise<{ indexes: number[]; report: SearchReport | undefined }> {
  const indexes: number[] = [];
  const request = {
    desiredName: name,
    interestingHammingDistance: distance,
    maximumHashes: BigInt(end),
    searchId: randomUUID(),
  };
  try {
    for await (const { candidateIndex } of finder.findRange(request)) {
      indexes.push(Number(candidateIndex));
      await onMatch();
    }
  } catch (error) {
    const ended = ConnectError.from(error);
    assert.equal(ended.code, Code.ResourceExhausted, ended.message);
    return { indexes, report: ended.findDetails(SearchReportSchema)[0] };
  }
  throw new Error("the search ended without its budget's error");
}

function plainly(): number[] {
  const indexes: number[] = [];
  for (let start = 0; start < end; ) {
    const job = {
      name,
      idealDistance: -1,
      listedDistance: distance,
      start: BigInt(start),
      count: end - start,
    };
    const { tried, matches } = scanPlainly(job, () => false);
    for (const index of matches.indexes) indexes.push(start + index);
    start += tried;
  }
  return indexes;
}

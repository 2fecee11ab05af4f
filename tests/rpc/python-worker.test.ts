import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, test } from "node:test";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { type SearchReport, SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { type Clients, endless, nativeClients, reportOf } from "../support/clients.ts";
import { matchesIn } from "../support/matches.ts";
import { type PythonWorker, startPythonWorker, withoutPython } from "../support/python-worker.ts";
import { plainMatches } from "../support/reference.ts";
import { callScan, rangeOf, type ScanClient, scanClient, scanned } from "../support/scan-call.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { golden } from "../support/vectors.ts";

const doctor = { name: "doctor", idealDistance: -1, listedDistance: 3, start: 0n, count: 600_000 };
const reference = plainMatches(doctor);
// Python notices an interrupt between two candidates, and hears of it when its
// other thread has a turn: some milliseconds, more on a busy machine.
const boundMs = 500;

describe("a worker in Python", { skip: withoutPython }, () => {
  let worker: PythonWorker;
  let ours: TestServer;
  let coordinator: TestServer;
  let alone: TestServer;
  let scanner: ScanClient;
  before(async () => {
    worker = await startPythonWorker();
    scanner = scanClient(worker.scanUrl);
    // The kernel whose speed is the least far from Python's, so that both have a share.
    ours = await startServer({ args: ["--workers", "1", "--kernel", "reference", "--scan-port", "0"] });
    coordinator = await coordinatorOf(worker.scanUrl, ours.scanUrl);
    alone = await coordinatorOf(worker.scanUrl);
  });
  after(async () => {
    await Promise.all([coordinator.stop(), alone.stop()]);
    await Promise.all([worker.stop(), ours.stop()]);
  });
  afterEach(async () => {
    for (const { url } of [coordinator, alone, ours]) await untilIdle(url);
  });

  test("beside one of ours gives the matches of the reference, and both say what they computed", async () => {
    const { matches, report } = await listed(nativeClients(coordinator));
    assert.deepEqual(matches, reference);
    assert.equal(report?.hops.length, 2);
    const inPython = report?.hops.find(({ serverName }) => serverName.endsWith("(Python)"));
    assert.ok(inPython && inPython.hashes > 0n);
    // gRPC's own implementations are stricter than Connect, in deadlines for one.
    assert.deepEqual(coordinator.logged({ msg: "an upstream is set aside" }), []);
  });

  for (const find of golden.find.filter(({ hashes_computed }) => hashes_computed < 60_000)) {
    test(`alone finds ${find.desired_name} within ${find.ideal_hamming_distance}`, async () => {
      const { finder } = nativeClients(alone);
      const found = await finder.find({
        desiredName: find.desired_name,
        idealHammingDistance: find.ideal_hamming_distance,
        // A worker that computes something else must not search for ever.
        maximumHashes: BigInt(find.hashes_computed) + 100_000n,
      });
      assert.equal(found.secret, find.secret);
      assert.equal(found.hashedName, find.hashed_name);
      assert.equal(found.hammingDistance, find.hamming_distance);
      assert.equal(Number(found.candidateIndex) + 1, find.hashes_computed);
    });
  }

  test("alone lists candidates that all match, also more than one scan may list", async () => {
    const job = { name: "zzzzzzzz", idealDistance: -1, listedDistance: 8, start: 16_843_000n, count: 20_000 };
    const { frames, tried } = await scanned(scanner, job);
    assert.deepEqual([...matchesIn(frames)], plainMatches({ ...job, count: tried }));
    assert.ok(tried < job.count);
    const { matches } = await listed(nativeClients(alone), job);
    assert.deepEqual(matches, plainMatches(job));
  });

  test("stops within half a second of a Stop, and says so", async () => {
    const clients = nativeClients(coordinator);
    const search = endless();
    const controller = new AbortController();
    const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
    await untilActivity(coordinator.url, ({ workersBusy }) => workersBusy === 2);
    const idle = worker.untilSaid(/^Idle: .* ([\d.]+) ms after an interrupt/);
    controller.abort();
    await call;
    assert.ok(Number((await idle)[1]) < boundMs);
    const report = await reportOf(clients, search.searchId);
    assert.equal(report.workersUsed, report.workersIdle);
    const inPython = report.hops.find(({ serverName }) => serverName.endsWith("(Python)"));
    assert.ok(inPython?.interruptSeenAfter && inPython.idleAfter);
    assert.equal(inPython.unconfirmed, 0);
    assert.ok(durationMs(inPython.idleAfter) - durationMs(inPython.interruptSeenAfter) < boundMs);
  });

  test("stops within half a second of a cancel of its call", async () => {
    const { responses, cancel } = callScan(scanner, rangeOf({ ...doctor, count: 2 ** 31 }));
    const idle = worker.untilSaid(/^Idle: tried (\d+) of .* ([\d.]+) ms after an interrupt/);
    await assert.rejects(async () => {
      for await (const { response } of responses) if (response.case === "progress") cancel();
    });
    const [, tried, afterMs] = await idle;
    assert.ok(Number(tried) > 0 && Number(afterMs) < boundMs);
  });

  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    test(`that ends by ${signal} in the middle loses no match and doubles none`, async () => {
      const leaving = await startPythonWorker();
      const own = await coordinatorOf(leaving.scanUrl, ours.scanUrl);
      try {
        const idle = leaving.untilSaid(/^Idle: .* after an interrupt/).catch(() => undefined);
        const begun = leaving.untilSaid(/^Scans /).then(() => leaving.signal(signal));
        const { matches } = await listed(nativeClients(own));
        await begun;
        assert.deepEqual(matches, reference);
        if (signal === "SIGTERM") assert.ok(await idle, "it must hand its range back");
        else assert.equal(own.logged({ msg: "an upstream is set aside" }).length, 1);
        assert.equal(await leaving.ended(), signal === "SIGTERM" ? 0 : signal);
      } finally {
        leaving.signal("SIGKILL");
        await own.stop();
      }
    });
  }
});

type Job = typeof doctor;

async function coordinatorOf(...upstreams: readonly string[]): Promise<TestServer> {
  const server = await startServer({ args: ["--workers", "0", "--upstream", upstreams.join(",")] });
  await untilActivity(server.url, ({ workers }) => workers === upstreams.length);
  return server;
}

/** All matches of a search with a budget, and its report. */
async function listed(
  { finder }: Clients,
  { name, listedDistance, start, count }: Job = doctor,
): Promise<{ matches: ReturnType<typeof plainMatches>; report: SearchReport | undefined }> {
  const matches: ReturnType<typeof plainMatches>[number][] = [];
  const request = {
    desiredName: name,
    interestingHammingDistance: listedDistance,
    startIndex: start,
    maximumHashes: BigInt(count),
    searchId: randomUUID(),
  };
  try {
    for await (const found of finder.findRange(request)) {
      matches.push({
        index: found.candidateIndex,
        secret: found.secret,
        hash: found.hashedName,
        distance: found.hammingDistance,
        offset: found.matchOffset,
      });
    }
  } catch (error) {
    const ended = ConnectError.from(error);
    assert.equal(ended.code, Code.ResourceExhausted, ended.message);
    return { matches, report: ended.findDetails(SearchReportSchema)[0] };
  }
  throw new Error("the search ended without its budget's error");
}

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion } from "../../proto/scan-contract.ts";
import type { Engine } from "../../server/engine/engine.ts";
import { scans } from "../../server/rpc/scans.ts";
import { scannerOn } from "../../server/scans/scanner.ts";
import { testEngine } from "../support/engine.ts";
import { callScan, rangeOf, type ScanClient } from "../support/scan-call.ts";

const hopeless = { name: "zzzzzzzzzzzz", idealDistance: 0, listedDistance: 0, start: 0n, count: 2 ** 32 - 1 };

describe("a server that leaves", () => {
  let engine: Engine;
  let leaving: AbortController;
  let scanner: ScanClient;
  beforeEach(() => {
    engine = testEngine("reference");
    leaving = new AbortController();
    const identity = {
      serverInstance: "served",
      serverName: "in this process",
      expectedHashesPerSecond: 0,
      upstreamInstances: () => [],
      leaving: leaving.signal,
    };
    const transport = createRouterTransport((router) =>
      router.service(ScanService, scans(scannerOn(engine), identity)),
    );
    scanner = createClient(ScanService, transport);
  });
  afterEach(() => engine.close());

  test("answers GetScanner with UNAVAILABLE, so that it is given nothing more", async () => {
    const ask = { contractVersion: scanContractVersion, path: ["test"] };
    assert.equal((await scanner.getScanner(ask)).seats, 2);
    leaving.abort();
    await assert.rejects(scanner.getScanner(ask), isUnavailable);
  });

  test("answers a new range with UNAVAILABLE and computes nothing of it", async () => {
    leaving.abort();
    const { responses } = callScan(scanner, rangeOf(hopeless));
    await assert.rejects(Array.fromAsync(responses), isUnavailable);
    assert.equal(engine.busy, 0);
    assert.equal(engine.hashes, 0);
  });

  test("ends a range under way by saying what was tried", async () => {
    const { responses } = callScan(scanner, rangeOf(hopeless));
    const said: string[] = [];
    let tried = 0n;
    for await (const { response } of responses) {
      said.push(response.case ?? "nothing");
      if (response.case === "progress" && response.value.tried > 0n) leaving.abort();
      if (response.case === "ended") tried = response.value.tried;
    }
    assert.equal(said.at(-1), "ended");
    assert.ok(tried > 0n && tried < BigInt(hopeless.count));
    assert.equal(engine.busy, 0);
  });
});

function isUnavailable(error: unknown): boolean {
  const { code, rawMessage } = ConnectError.from(error);
  return code === Code.Unavailable && rawMessage === "The server is shutting down. Try again in a moment.";
}

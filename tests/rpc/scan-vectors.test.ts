import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { scanContractVersion, scanMostMatches } from "../../proto/scan-contract.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { matchesIn } from "../support/matches.ts";
import { startPythonWorker, withoutPython } from "../support/python-worker.ts";
import { callScan, rangeOf, type ScanClient, scanClient, scanned } from "../support/scan-call.ts";
import { startServer } from "../support/server.ts";
import { scans } from "../support/vectors.ts";

// What docs/worker.md promises of any worker, asked of ours, of the one in
// Python, and of the one whose address HASH_FINDER_WORKER has.
interface Worker {
  readonly scanUrl: string;
  stop(): Promise<void>;
}

const hopeless: ScanJob = {
  name: "zzzzzzzzzzzz",
  idealDistance: 0,
  listedDistance: 0,
  start: 0n,
  count: 2 ** 32 - 1,
};
// A coordinator waits 250 ms for the answer to an interrupt. Here it is only told
// from a range that goes on, also where other programs use the cores.
const soonMs = 3000;

worker("of ours", () => startServer({ args: ["--workers", "1", "--scan-port", "0"] }));
worker("in Python", startPythonWorker, withoutPython);
const other = process.env.HASH_FINDER_WORKER;
if (other) worker(`at ${other}`, async () => ({ scanUrl: other, stop: async () => {} }));

function worker(which: string, start: () => Promise<Worker>, skip: string | false = false): void {
  describe(`a worker ${which}`, { skip }, () => {
    let running: Worker;
    let scanner: ScanClient;
    before(async () => {
      running = await start();
      scanner = scanClient(running.scanUrl);
    });
    after(() => running.stop());

    for (const vector of scans) {
      test(`gives the recorded matches: ${vector.about}`, async () => {
        const { frames, tried } = await wholeRange(scanner, {
          name: vector.desired_name,
          idealDistance: vector.ideal_hamming_distance,
          listedDistance: vector.listed_hamming_distance,
          start: BigInt(vector.start_index),
          count: vector.count,
        });
        assert.equal(tried, vector.tried);
        assert.equal([...matchesIn(frames)].length, vector.matches);
        assert.equal(createHash("sha1").update(frames).digest("hex"), vector.sha1_of_frames);
      });
    }

    test("says who it is, at once and to whom it accepts a range of", async () => {
      const said = await scanner.getScanner({ contractVersion: scanContractVersion }, { timeoutMs: 2000 });
      assert.equal(said.contractVersion, scanContractVersion);
      assert.ok(said.serverInstance !== "" && said.serverName !== "");
      assert.ok(said.seats > 0 && said.instances.includes(said.serverInstance));
      const call = callScan(scanner, rangeOf({ ...hopeless, count: 1 }));
      for await (const { response } of call.responses) {
        assert.equal(response.case, "accepted");
        assert.equal(response.value.serverInstance, said.serverInstance);
        break;
      }
      call.cancel();
    });

    test("ends soon after an interrupt, and keeps what it has tried", async () => {
      const call = callScan(scanner, rangeOf(hopeless));
      let interruptedAtMs: number | undefined;
      for await (const { response } of call.responses) {
        if (response.case === "progress" && response.value.tried > 0n && !interruptedAtMs) {
          interruptedAtMs = performance.now();
          call.interrupt();
        }
        if (response.case !== "ended") continue;
        assert.ok(interruptedAtMs && performance.now() - interruptedAtMs < soonMs);
        const { tried, interruptSeenAfter, idleAfter } = response.value;
        assert.ok(tried > 0n && tried < hopeless.count);
        assert.ok(interruptSeenAfter && idleAfter);
        assert.ok(durationMs(interruptSeenAfter) <= durationMs(idleAfter));
      }
      call.cancel();
    });

    test("is free again soon after a cancel", async () => {
      const { seats } = await scanner.getScanner({ contractVersion: scanContractVersion });
      const calls = Array.from({ length: seats }, () => callScan(scanner, rangeOf(hopeless)));
      await Promise.all(
        calls.map(async ({ responses, cancel }) => {
          await assert.rejects(async () => {
            for await (const { response } of responses) if (response.case === "progress") cancel();
          });
        }),
      );
      const before = performance.now();
      await scanned(scanner, { ...hopeless, count: 10 });
      assert.ok(performance.now() - before < soonMs);
    });

    test("refuses another version, a loop and what is no range", async () => {
      const range = rangeOf({ ...hopeless, name: "abc", count: 1000 });
      const { serverInstance } = await scanner.getScanner({ contractVersion: scanContractVersion });
      for (const [wrong, code] of [
        [{ contractVersion: scanContractVersion + 1 }, Code.FailedPrecondition],
        [{ path: ["test", serverInstance] }, Code.FailedPrecondition],
        [{ desiredName: "" }, Code.InvalidArgument],
        [{ desiredName: "=a" }, Code.InvalidArgument],
        [{ desiredName: "a-b" }, Code.InvalidArgument],
        [{ count: 0n }, Code.InvalidArgument],
        [{ count: 2n ** 32n }, Code.InvalidArgument],
        [{ startIndex: 2n ** 64n - 1n }, Code.InvalidArgument],
        [{ listedHammingDistance: 4 }, Code.InvalidArgument],
        [{ idealHammingDistance: 1 }, Code.InvalidArgument],
      ] as const) {
        const call = callScan(scanner, { ...range, ...(wrong as Partial<typeof range>) });
        const error = await failureOf(call.responses);
        call.cancel();
        assert.equal(error?.code, code, `${JSON.stringify(Object.keys(wrong))}: ${error}`);
      }
    });
  });
}

/** All frames of a range, which a worker may give in several scans. */
async function wholeRange(scanner: ScanClient, job: ScanJob): Promise<{ frames: Buffer; tried: number }> {
  const parts: Buffer[] = [];
  let tried = 0;
  while (tried < job.count) {
    const rest = { ...job, start: job.start + BigInt(tried), count: job.count - tried };
    const part = await scanned(scanner, rest);
    const matches = [...matchesIn(part.frames)];
    assert.ok(part.tried > 0 && part.tried <= rest.count);
    assert.ok(matches.length < scanMostMatches + 4096);
    parts.push(part.frames);
    tried += part.tried;
    const last = matches.at(-1);
    if (last && last.distance <= job.idealDistance) break;
  }
  return { frames: Buffer.concat(parts), tried };
}

async function failureOf(call: AsyncIterable<unknown>): Promise<ConnectError | undefined> {
  try {
    for await (const _ of call);
    return undefined;
  } catch (error) {
    return ConnectError.from(error);
  }
}

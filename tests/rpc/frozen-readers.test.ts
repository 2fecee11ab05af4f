import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { readActivity, untilIdle } from "../support/activity.ts";
import { reportOf, webClients } from "../support/clients.ts";
import { stalls } from "../support/raw-calls.ts";
import { startServer, stopCleanly } from "../support/server.ts";
import { until } from "../support/until.ts";

describe("a reader that keeps its connection and takes nothing", { concurrency: true }, () => {
  for (const [over, stall] of stalls) {
    test(`loses its search after 15 s over ${over}, the report says so, and it goes on from there`, async () => {
      const server = await startServer({ args: ["--maximum-hashes", "0", "--workers", "1"] });
      const searchId = randomUUID();
      const began = performance.now();
      const reader = stall(server, searchId);
      await until(() => server.logged({ msg: "search ended" }).length > 0);
      const tookMs = performance.now() - began;
      assert.ok(tookMs > 14_000 && tookMs < 25_000, `${tookMs} ms`);
      await untilIdle(server.url);
      const clients = webClients(server);
      const report = await reportOf(clients, searchId);
      assert.equal(report.ending, Ending.CANCELLED);
      assert.equal(report.reason, "The reader took nothing for 15 s while there was something to send.");
      assert.equal(report.workersIdle, report.workersUsed);
      // What it had been sent and what comes next leave no gap.
      assert.equal(report.nextIndex, report.matchesSent);
      const controller = new AbortController();
      const next = clients.finder.findRange(
        { desiredName: "zzzzzzzzzzzz", interestingHammingDistance: 12, startIndex: report.nextIndex },
        { signal: controller.signal },
      );
      for await (const { secret } of next) {
        assert.ok(secret);
        break;
      }
      controller.abort();
      await untilIdle(server.url);
      assert.equal((await readActivity(server.url)).searches, 0);
      reader.cut();
      await stopCleanly(server);
    });
  }
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { candidatesPerPoll } from "../../server/kernel/scan.ts";
import { readActivity, untilActivity, untilIdle } from "../support/activity.ts";
import { type Clients, endless, errorOf, nativeClients, reportOf, webClients } from "../support/clients.ts";
import { envelope, stalls } from "../support/raw-calls.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

const workers = 2;

for (const [protocol, clientsOf] of [
  ["gRPC-Web", webClients],
  ["native gRPC", nativeClients],
] as const) {
  describe(`cancelling over ${protocol}`, () => {
    let server: TestServer;
    let clients: Clients;
    before(async () => {
      const limits = ["--maximum-hashes", "0", "--maximum-searches-per-client", "0"];
      server = await startServer({ args: [...limits, "--workers", String(workers)] });
      clients = clientsOf(server);
    });
    after(async () => await stopCleanly(server));

    for (const call of ["find", "findRange"] as const) {
      test(`${call}: an abort before the call starts no search`, async () => {
        const { hashesComputed } = await untilIdle(server.url);
        const ended = await errorOf(clients, call, endless(), { signal: AbortSignal.abort() });
        assert.equal(ended?.code, Code.Canceled);
        assert.equal((await untilIdle(server.url)).hashesComputed, hashesComputed);
      });

      test(`${call}: an abort during the call stops its workers in mid-scan, and the report proves it`, async () => {
        // A scan looks at the interrupt after every batch; a slice is some twenty of them.
        const most = 2 * workers * candidatesPerPoll;
        const late: number[] = [];
        for (let i = 0; i < 10; i++) {
          const request = endless();
          const controller = new AbortController();
          const ended = errorOf(clients, call, request, { signal: controller.signal });
          await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
          controller.abort();
          controller.abort();
          assert.equal((await ended)?.code, Code.Canceled);
          const report = await reportOf(clients, request.searchId);
          assert.equal(report.ending, Ending.CANCELLED);
          assert.equal(report.workersUsed, 2);
          assert.equal(report.workersIdle, 2);
          const { usedWorkers } = report;
          assert.deepEqual(usedWorkers.map(({ thread, idle }) => [thread, idle]).sort(), [
            [1, true],
            [2, true],
          ]);
          const hashes = usedWorkers.reduce((sum, { hashes }) => sum + hashes, 0n);
          assert.equal(hashes, report.hashesComputed);
          assert.ok(report.nextIndex <= report.hashesComputed);
          late.push(Number(report.hashesAfterEnding));
        }
        // The server may lose the processor between its look at the clock and the
        // interrupts, or collect garbage: workers go on for as long. Once in 200
        // stops that took half a millisecond.
        late.sort((a, b) => a - b);
        assert.ok((late[7] ?? Infinity) <= most, `more than ${most} hashes after the ending: ${late}`);
        assert.ok((late[9] ?? Infinity) <= 4 * most, `more than ${4 * most} hashes after an ending: ${late}`);
        const { hashesComputed } = await untilIdle(server.url);
        assert.equal((await untilIdle(server.url)).hashesComputed, hashesComputed);
      });

      test(`${call}: an abort after the end changes nothing`, async () => {
        const controller = new AbortController();
        const request = { ...endless(), desiredName: "cat" };
        assert.equal(await errorOf(clients, call, request, { signal: controller.signal }), undefined);
        controller.abort();
        assert.equal((await reportOf(clients, request.searchId)).ending, Ending.FOUND);
      });
    }

    test("a call that joined another one's search ends by its own deadline, and the search goes on", async () => {
      const request = endless();
      const controller = new AbortController();
      const first = errorOf(clients, "find", request, { signal: controller.signal });
      await untilActivity(server.url, ({ searches }) => searches === 1);
      // As a header, so that no timer of the client's hangs up first.
      const second = await errorOf(clients, "find", request, { headers: { "grpc-timeout": "200m" } });
      assert.equal(second?.code, Code.DeadlineExceeded);
      assert.equal((await readActivity(server.url)).searches, 1);
      controller.abort();
      await first;
      assert.equal((await reportOf(clients, request.searchId)).ending, Ending.CANCELLED);
      await untilIdle(server.url);
    });

    test("200 searches aborted at random times leave every worker idle", async () => {
      let seed = 1;
      const random = (): number => {
        seed = (seed * 48271) % 2147483647;
        return seed / 2147483647;
      };
      const searches = Array.from({ length: 200 }, async (_, i) => {
        await pause(random() * 1500);
        const controller = new AbortController();
        const interesting = random() < 0.5 ? 12 : 0;
        const request = { ...endless(), interestingHammingDistance: interesting };
        const ended = errorOf(clients, i % 2 ? "find" : "findRange", request, { signal: controller.signal });
        await pause(random() * 150);
        controller.abort();
        return (await ended)?.code;
      });
      const cancelled = { msg: "search ended", cause: "cancelled" };
      const before = server.logged(cancelled).length;
      assert.deepEqual(new Set(await Promise.all(searches)), new Set([Code.Canceled]));
      const { hashesComputed } = await untilIdle(server.url);
      assert.equal((await untilIdle(server.url)).hashesComputed, hashesComputed);
      // Some are aborted before they arrive, but not most.
      await server.untilLogged(cancelled, before + 100);
    });
  });
}

describe("clients that vanish", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: ["--maximum-hashes", "0"] });
  });
  after(async () => await stopCleanly(server));

  for (const [over, stall] of stalls) {
    test(`a reader over ${over} that stops reading stops its search; when it is cut off, all is released`, async () => {
      const reader = stall(server);
      await untilStalled(server);
      reader.cut();
      await untilIdle(server.url);
      await server.untilLogged({ msg: "search ended", cause: "cancelled" });
    });

    test(`a reader over ${over} that stops reading does not hold up a shutdown`, async () => {
      const leaving = await startServer({ args: ["--maximum-hashes", "0"] });
      const reader = stall(leaving);
      await untilStalled(leaving);
      const askedAt = performance.now();
      await stopCleanly(leaving);
      assert.ok(performance.now() - askedAt < 5000);
      reader.cut();
    });
  }

  test("a client that vanishes in mid-search frees its workers", async () => {
    for (const how of ["destroy", "resetAndDestroy", "end"] as const) {
      const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
      await once(socket, "connect");
      const body = envelope({ desiredName: "zzzzzzzzzzzz" });
      socket.write(
        `POST /hash_name.HashFinder/Find HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
      await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
      socket[how]();
      await untilIdle(server.url);
    }
  });
});

/** Waits until the one search runs, but nothing is computed for it any more. */
async function untilStalled({ url }: TestServer): Promise<void> {
  let before = -1n;
  await untilActivity(url, ({ searches, workersBusy, hashesComputed }) => {
    const stalled = searches === 1 && workersBusy === 0 && hashesComputed === before && hashesComputed > 0n;
    before = hashesComputed;
    return stalled;
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { Ending, SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { searchIdHeader } from "../../proto/headers.ts";
import { milliseconds } from "../../server/cluster/milliseconds.ts";
import { readActivity, untilActivity, untilIdle } from "../support/activity.ts";
import { type Clients, endless, errorOf, nativeClients, reportOf, webClients } from "../support/clients.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

for (const [protocol, clientsOf] of [
  ["gRPC-Web", webClients],
  ["native gRPC", nativeClients],
] as const) {
  describe(`the contract over ${protocol}`, () => {
    let server: TestServer;
    let clients: Clients;
    before(async () => {
      server = await startServer({ args: ["--maximum-hashes", "0"] });
      clients = clientsOf(server);
    });
    after(async () => await stopCleanly(server));

    test("takes a reason of 200 characters, and not of 201", async () => {
      const ask = (length: number): Promise<ConnectError> =>
        clients.reports
          .getSearchReport({ searchId: randomUUID(), reason: "x".repeat(length) })
          .then(() => assert.fail("nobody knows it"), ConnectError.from);
      assert.equal((await ask(200)).code, Code.NotFound);
      const error = await ask(201);
      assert.equal(error.code, Code.InvalidArgument);
      assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, "reason");
    });

    for (const call of ["find", "findRange"] as const) {
      test(`${call}: an id in capital letters is the same id, told in small ones`, async () => {
        const searchId = randomUUID();
        const capital = searchId.toUpperCase();
        const headers: (string | null)[] = [];
        const onHeader = (header: Headers): void => void headers.push(header.get(searchIdHeader));
        const request = { desiredName: "aa", searchId: capital };
        assert.equal(await errorOf(clients, call, request, { onHeader }), undefined);
        assert.deepEqual(headers, [searchId]);
        for (const id of [searchId, capital]) {
          const report = await reportOf(clients, id);
          assert.deepEqual([report.searchId, report.ending], [searchId, Ending.FOUND]);
        }
        const again = await errorOf(clients, call, { desiredName: "zzzzzzzz", searchId });
        assert.equal(again?.code, Code.AlreadyExists);
      });

      test(`${call}: a report says which run of the server speaks, wherever it comes from`, async () => {
        const { serverInstance } = await readActivity(server.url);
        const request = { ...endless(), maximumHashes: 1000n };
        const error = await errorOf(clients, call, request);
        const [told] = error?.findDetails(SearchReportSchema) ?? [];
        const asked = await reportOf(clients, request.searchId);
        for (const report of [told, asked]) assert.equal(report?.serverInstance, serverInstance);
      });

      test(`${call}: a stopped search is cancelled in report and log, at the time that the clock says`, async () => {
        const request = endless();
        const { signal, abort } = aborting();
        const startedMs = Date.now();
        const ended = errorOf(clients, call, request, { signal });
        await untilActivity(
          server.url,
          ({ workersBusy, hashesComputed }) => workersBusy > 0 && hashesComputed > 0n,
        );
        abort();
        assert.equal((await ended)?.code, Code.Canceled);
        const report = await reportOf(clients, request.searchId);
        assert.equal(report.ending, Ending.CANCELLED);
        await server.untilLogged({
          msg: "search ended",
          searchId: request.searchId,
          cause: "cancelled",
          hashes: `${report.hashesComputed}`,
          hashesAfterEnding: `${report.hashesAfterEnding}`,
        });
        const { startedAt, endingSeenAfter, workersIdleAfter } = report;
        assert.ok(startedAt && endingSeenAfter && workersIdleAfter);
        const atMs = timestampMs(startedAt);
        // The clock of the process and that of the system may part by some milliseconds.
        assert.ok(
          atMs > startedMs - 1000 && atMs < Date.now() + 1000,
          `${atMs - startedMs} ms after the call`,
        );
        const [seenMs, idleMs] = [milliseconds(endingSeenAfter), milliseconds(workersIdleAfter)];
        assert.ok(seenMs > 0 && seenMs < idleMs && idleMs < Date.now() - startedMs + 1000);
        await untilIdle(server.url);
      });

      test(`${call}: a search that reaches its caller's deadline says so in report and log`, async () => {
        const request = endless();
        // As a header: the client has no timer of its own, which may hang up first.
        const headers = { "grpc-timeout": "150m" };
        assert.equal((await errorOf(clients, call, request, { headers }))?.code, Code.DeadlineExceeded);
        const { ending, endingSeenAfter } = await reportOf(clients, request.searchId);
        assert.equal(ending, Ending.DEADLINE);
        // The time began with the call, which came before the work.
        const seenMs = endingSeenAfter ? milliseconds(endingSeenAfter) : 0;
        assert.ok(seenMs > 30, `seen after ${seenMs} ms`);
        await server.untilLogged({ msg: "search ended", searchId: request.searchId, cause: "deadline" });
        await untilIdle(server.url);
      });
    }

    test("a stream that reaches its caller's deadline, or is cancelled, says so in the log", async () => {
      const headers = { "grpc-timeout": "150m" };
      assert.equal(await codeOf(clients.streams.stream({ key: "late" }, { headers })), Code.DeadlineExceeded);
      await server.untilLogged({ msg: "stream ended", key: "late", cause: "deadline" });
      const { signal, abort } = aborting();
      const stopped = codeOf(clients.streams.stream({ key: "stopped" }, { signal }), abort);
      assert.equal(await stopped, Code.Canceled);
      await server.untilLogged({ msg: "stream ended", key: "stopped", cause: "cancelled" });
    });
  });
}

/** What a stream ends with. */
async function codeOf(messages: AsyncIterable<unknown>, onFirst = (): void => {}): Promise<Code | undefined> {
  try {
    for await (const _ of messages) onFirst();
    return undefined;
  } catch (error) {
    return ConnectError.from(error).code;
  }
}

function aborting(): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

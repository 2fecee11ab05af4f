import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Code, type ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "../../proto/gen/google/rpc/error_details_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import {
  Ending,
  SearchReportSchema,
  UnknownSearchSchema,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { searchIdHeader } from "../../proto/headers.ts";
import { readActivity, untilActivity, untilIdle } from "../support/activity.ts";
import { type Clients, endless, errorOf, nativeClients, reportOf, webClients } from "../support/clients.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { golden, inputs } from "../support/vectors.ts";

for (const [protocol, clientsOf] of [
  ["gRPC-Web", webClients],
  ["native gRPC", nativeClients],
] as const) {
  describe(`over ${protocol}`, () => {
    let server: TestServer;
    let clients: Clients;
    before(async () => {
      server = await startServer({ args: ["--maximum-hashes", "0", "--maximum-searches-per-client", "3"] });
      clients = clientsOf(server);
    });
    after(async () => await server.stop());

    test("Find answers the golden values", async () => {
      for (const find of golden.find) {
        const answer = await clients.finder.find({
          desiredName: find.desired_name,
          idealHammingDistance: find.ideal_hamming_distance,
          // A kernel that computes something else must not search for ever.
          maximumHashes: BigInt(find.hashes_computed) + 100_000n,
        });
        assert.equal(answer.secret, find.secret);
        assert.equal(answer.hashedName, find.hashed_name);
        assert.equal(answer.hammingDistance, find.hamming_distance);
        assert.equal(answer.candidateIndex + 1n, BigInt(find.hashes_computed));
        const window = answer.hashedName.slice(
          answer.matchOffset,
          answer.matchOffset + find.desired_name.length,
        );
        const wrong = [...window.toLowerCase()].filter(
          (letter, i) => letter !== find.desired_name[i]?.toLowerCase(),
        );
        assert.equal(wrong.length, answer.hammingDistance);
      }
    });

    test("FindRange streams near misses in order, and the ideal match ends it", async () => {
      const matches: { hashes: number; secret: string; distance: number }[] = [];
      const request = {
        desiredName: "doctor",
        idealHammingDistance: 1,
        interestingHammingDistance: 3,
        maximumHashes: 200_000n,
      };
      for await (const match of clients.finder.findRange(request)) {
        matches.push({
          hashes: Number(match.candidateIndex) + 1,
          secret: match.secret,
          distance: match.hammingDistance,
        });
      }
      const recorded = golden.matches_within_3_of_doctor_in_first_200000;
      const expected = recorded.map((match) => ({
        hashes: match.hashes_computed,
        secret: match.secret,
        distance: match.hamming_distance,
      }));
      assert.deepEqual(matches.slice(0, expected.length), expected);
      assert.deepEqual(matches.at(-1), { hashes: 58_099, secret: "4fE=", distance: 1 });
    });

    test("FindRange without an interesting distance streams only the ideal match", async () => {
      const matches = [];
      for await (const match of clients.finder.findRange({ desiredName: "cat" })) matches.push(match);
      assert.deepEqual(
        matches.map(({ secret }) => secret),
        ["BO8="],
      );
    });

    test("continues at start_index, and finds what comes after it", async () => {
      const first = await clients.finder.find({ desiredName: "aa" });
      const second = await clients.finder.find({ desiredName: "aa", startIndex: first.candidateIndex + 1n });
      assert.ok(second.candidateIndex > first.candidateIndex);
    });

    for (const call of ["find", "findRange"] as const) {
      test(`${call}: a spent budget is RESOURCE_EXHAUSTED with its report`, async () => {
        const error = await failure(clients, call, {
          ...endless(),
          maximumHashes: 50_000n,
          startIndex: 1000n,
        });
        assert.equal(error.code, Code.ResourceExhausted);
        assert.equal(error.findDetails(ErrorInfoSchema)[0]?.reason, "BUDGET");
        const [report] = error.findDetails(SearchReportSchema);
        assert.equal(report?.ending, Ending.BUDGET);
        assert.equal(report?.nextIndex, 51_000n);
        assert.equal(report?.hashesComputed, 50_000n);
      });

      test(`${call}: a deadline is DEADLINE_EXCEEDED, and stops the workers`, async () => {
        const request = endless();
        // As a header: the client has no timer of its own, which may hang up first.
        const headers = { "grpc-timeout": "150m" };
        const error = await failure(clients, call, request, { headers });
        assert.equal(error.code, Code.DeadlineExceeded);
        assert.equal(error.findDetails(SearchReportSchema)[0]?.ending, Ending.DEADLINE);
        const report = await reportOf(clients, request.searchId);
        assert.equal(report.reason, "", "nobody gave one");
        assert.equal(report.ending, Ending.DEADLINE);
        assert.equal(report.workersIdle, report.workersUsed);
        await untilIdle(server.url);
      });

      test(`${call}: every violation is named by field, and nothing is started`, async () => {
        const { hashesComputed } = await untilIdle(server.url);
        for (const { about, input, broken } of inputs.filter(({ broken }) => broken.length > 0)) {
          const error = await failure(clients, call, input);
          assert.equal(error.code, Code.InvalidArgument, about);
          const [details] = error.findDetails(BadRequestSchema);
          assert.deepEqual(
            details?.fieldViolations.map(({ field }) => field),
            broken.map(([field]) => field),
            about,
          );
          for (const { description } of details?.fieldViolations ?? [])
            assert.ok(error.rawMessage.includes(description));
        }
        assert.equal((await untilIdle(server.url)).hashesComputed, hashesComputed);
      });

      test(`${call}: what the rules accept is searched`, async () => {
        for (const { about, input } of inputs.filter(({ broken }) => broken.length === 0)) {
          const error = await errorOf(clients, call, { ...input, maximumHashes: 100n });
          assert.ok(error === undefined || error.code === Code.ResourceExhausted, about);
        }
      });

      test(`${call}: one search too many of a client is RESOURCE_EXHAUSTED with quota and delay`, async () => {
        const controllers = [1, 2, 3].map(() => new AbortController());
        const calls = controllers.map(({ signal }) => failure(clients, call, endless(), { signal }));
        await untilActivity(server.url, ({ searches }) => searches === 3);
        const error = await failure(clients, call, endless());
        assert.equal(error.code, Code.ResourceExhausted);
        assert.match(error.rawMessage, /3 searches/);
        assert.equal(error.findDetails(QuotaFailureSchema)[0]?.violations.length, 1);
        const [refusal] = error.findDetails(RefusalSchema);
        assert.partialDeepStrictEqual(refusal, {
          scope: LimitScope.CLIENT,
          calls: LimitedCalls.SEARCHES,
          limit: 3,
        });
        assert.ok((error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds ?? 0n) >= 1n);
        for (const controller of controllers) controller.abort();
        for (const ended of await Promise.all(calls)) assert.equal(ended.code, Code.Canceled);
        await untilIdle(server.url);
      });
    }

    test("the end of the space is OUT_OF_RANGE", async () => {
      const error = await failure(clients, "find", { ...endless(), startIndex: 2n ** 64n - 5000n });
      assert.equal(error.code, Code.OutOfRange);
      assert.equal(error.findDetails(SearchReportSchema)[0]?.ending, Ending.SPACE_EXHAUSTED);
    });

    test("the server's time limit is DEADLINE_EXCEEDED with the report", async () => {
      const limited = await startServer({ args: ["--maximum-hashes", "0", "--maximum-seconds", "1"] });
      const error = await failure(clientsOf(limited), "find", endless());
      assert.equal(error.code, Code.DeadlineExceeded);
      const [report] = error.findDetails(SearchReportSchema);
      assert.equal(report?.ending, Ending.DEADLINE);
      assert.ok((report?.nextIndex ?? 0n) > 0n);
      await limited.stop();
    });

    test("a full server is RESOURCE_EXHAUSTED, and its delay is the time that is left", async () => {
      const full = await startServer({
        args: [
          "--maximum-hashes",
          "0",
          "--maximum-seconds",
          "30",
          "--maximum-searches",
          "1",
          "--maximum-waiting",
          "0",
        ],
      });
      const controller = new AbortController();
      const running = failure(clientsOf(full), "findRange", endless(), { signal: controller.signal });
      await untilActivity(full.url, ({ searches }) => searches === 1);
      const error = await failure(clientsOf(full), "find", endless());
      assert.equal(error.code, Code.ResourceExhausted);
      const delay = Number(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds);
      assert.ok(delay >= 20 && delay <= 30, `the delay is ${delay} s`);
      const [refusal] = error.findDetails(RefusalSchema);
      assert.partialDeepStrictEqual(refusal, {
        scope: LimitScope.SERVER,
        calls: LimitedCalls.SEARCHES,
        limit: 1,
      });
      controller.abort();
      await running;
      await full.stop();
    });

    for (const call of ["find", "findRange"] as const) {
      test(`${call}: a shutdown is UNAVAILABLE with delay and report`, async () => {
        const leaving = await startServer({ args: ["--maximum-hashes", "0"] });
        const ended = failure(clientsOf(leaving), call, endless());
        await untilActivity(leaving.url, ({ workersBusy }) => workersBusy === 2);
        await leaving.stop();
        const error = await ended;
        assert.equal(error.code, Code.Unavailable);
        assert.ok(error.findDetails(RetryInfoSchema)[0]?.retryDelay);
        assert.equal(error.findDetails(SearchReportSchema)[0]?.ending, Ending.SHUTDOWN);
        assert.equal(await leaving.ended(), 0);
      });
    }

    test("the same id twice is one search", async () => {
      const request = { desiredName: "grpc", searchId: randomUUID() };
      const [first, second] = await Promise.all([clients.finder.find(request), clients.finder.find(request)]);
      const third = await clients.finder.find({ ...request, searchId: request.searchId.toUpperCase() });
      assert.deepEqual(second, first);
      assert.deepEqual(third, first);
      assert.equal(await server.untilLogged({ searchId: request.searchId, msg: "search ended" }), 1);
    });

    test("a call that is sent again keeps its search when the first one is cut", async () => {
      const request = endless();
      const [cut, cutToo] = [new AbortController(), new AbortController()];
      const first = failure(clients, "find", request, { signal: cut.signal });
      await untilActivity(server.url, ({ searches }) => searches === 1);
      const second = failure(clients, "find", request, { signal: cutToo.signal });
      await server.untilLogged({
        searchId: request.searchId,
        msg: "the call joins the search that it started before",
      });
      cut.abort();
      assert.equal((await first).code, Code.Canceled);
      const { hashesComputed } = await readActivity(server.url);
      await untilActivity(server.url, (now) => now.searches === 1 && now.hashesComputed > hashesComputed);
      cutToo.abort();
      assert.equal((await second).code, Code.Canceled);
      await untilIdle(server.url);
    });

    test("a Find with the id of a FindRange is another search, and is refused at once", async () => {
      const request = endless();
      const controller = new AbortController();
      const range = failure(clients, "findRange", request, { signal: controller.signal });
      await untilActivity(server.url, ({ searches }) => searches === 1);
      assert.equal((await failure(clients, "find", request)).code, Code.AlreadyExists);
      const { searches } = await readActivity(server.url);
      assert.equal(searches, 1, "the first goes on");
      controller.abort();
      assert.equal((await range).code, Code.Canceled);
      await untilIdle(server.url);
    });

    test("a report has the last reason that any caller gave", async () => {
      const request = endless();
      const controller = new AbortController();
      const ended = failure(clients, "find", request, { signal: controller.signal });
      await untilActivity(server.url, ({ searches }) => searches === 1);
      const { searchId } = request;
      const ask = (reason: string) => clients.reports.getSearchReport({ searchId, reason });
      const first = ask("the first");
      await server.untilLogged({ searchId, reason: "the first" });
      const second = ask("the last");
      await server.untilLogged({ searchId, reason: "the last" });
      controller.abort();
      for (const { report } of [await first, await second, await ask("")])
        assert.equal(report?.reason, "the last");
      await ended;
    });

    test("an id that belongs to another search is ALREADY_EXISTS", async () => {
      const searchId = randomUUID();
      await clients.finder.find({ desiredName: "aa", searchId });
      for (const call of ["find", "findRange"] as const) {
        const error = await failure(clients, call, { desiredName: "cat", searchId });
        assert.equal(error.code, Code.AlreadyExists);
      }
    });

    test("the id that the server chose is in the headers, and finds the report", async () => {
      let id: string | null = null;
      const onHeader = (headers: Headers) => {
        id = headers.get(searchIdHeader);
      };
      await clients.finder.find({ desiredName: "aa" }, { onHeader });
      assert.ok(id !== null);
      assert.equal((await reportOf(clients, id)).ending, Ending.FOUND);
    });

    test("a search that was asked about before it came does not start", async () => {
      const request = endless();
      const { serverInstance } = await readActivity(server.url);
      await assert.rejects(
        clients.reports.getSearchReport({ searchId: request.searchId, reason: "Stop" }),
        (error: ConnectError) => {
          assert.equal(error.code, Code.NotFound);
          assert.equal(error.findDetails(UnknownSearchSchema)[0]?.serverInstance, serverInstance);
          return true;
        },
      );
      assert.equal((await failure(clients, "find", request)).code, Code.AlreadyExists);
      await server.untilLogged({ searchId: request.searchId, reason: "Stop" });
    });
  });
}

async function failure(...call: Parameters<typeof errorOf>): Promise<ConnectError> {
  const error = await errorOf(...call);
  assert.ok(error, `${call[1]} must fail`);
  return error;
}

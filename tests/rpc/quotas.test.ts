import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import {
  ErrorInfoSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "../../proto/gen/google/rpc/error_details_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { Ending, SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { readActivity, untilActivity, untilIdle } from "../support/activity.ts";
import { clientsFrom, hasOneAddress } from "../support/callers.ts";
import { endless, errorOf, nativeClients, reportOf, webClients } from "../support/clients.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { tokenFile } from "../support/token-file.ts";

const protocols = [
  ["gRPC-Web", webClients],
  ["native gRPC", nativeClients],
] as const;

for (const [protocol, clientsOf] of protocols) {
  test(`a client that asks for too many searches in a minute hears the limit and when, over ${protocol}`, async () => {
    const server = await startServer({ args: ["--searches-per-minute", "2"] });
    const clients = clientsOf(server);
    for (const call of ["find", "findRange"] as const) {
      assert.equal(await errorOf(clients, call, { desiredName: "a" }), undefined);
    }
    const error = await errorOf(clients, "find", { desiredName: "a" });
    assert.equal(error?.code, Code.ResourceExhausted);
    const sentence = /^You may ask for 2 searches a minute\. Try again in (\d+) s\.$/;
    const seconds = Number(sentence.exec(error.rawMessage)?.[1]);
    assert.ok(seconds >= 1 && seconds <= 30, error.rawMessage);
    const [retry] = error.findDetails(RetryInfoSchema);
    assert.ok(
      Number(retry?.retryDelay?.seconds) <= seconds && Number(retry?.retryDelay?.seconds) >= seconds - 1,
    );
    const [violation] = error.findDetails(QuotaFailureSchema)[0]?.violations ?? [];
    assert.partialDeepStrictEqual(violation, {
      quotaMetric: "searches_per_minute",
      subject: "searches a minute of this client",
      description: error.rawMessage,
      quotaValue: 2n,
    });
    assert.partialDeepStrictEqual(error.findDetails(RefusalSchema)[0], {
      scope: LimitScope.CLIENT,
      calls: LimitedCalls.SEARCHES,
      limit: 2,
    });
    await stopCleanly(server);
  });
}

for (const [protocol, clientsOf] of protocols) {
  describe(`a hash credit, over ${protocol}`, () => {
    const credit = 3_000_000n;
    let server: TestServer;
    before(async () => {
      server = await startServer({
        args: ["--maximum-hashes", "0", "--hash-credit", String(credit), "--hash-credit-per-second", "1"],
      });
    });
    after(async () => await stopCleanly(server));

    test("is told before the first search, and is less by what was computed after it", async () => {
      const { hashCredit } = await readActivity(server.url);
      assert.deepEqual([hashCredit?.left, hashCredit?.full, hashCredit?.perSecond], [credit, credit, 1n]);
      const request = { ...endless(), maximumHashes: 1_000_000n };
      const error = await errorOf(clientsOf(server), "find", request);
      const [report] = error?.findDetails(SearchReportSchema) ?? [];
      assert.equal(report?.ending, Ending.BUDGET);
      const left = (await readActivity(server.url)).hashCredit?.left ?? 0n;
      const paid = credit - left;
      // Some come back while it is told.
      assert.ok(paid <= 1_000_000n && paid > 999_980n, `${paid} hashes were paid`);
    });

    test("that runs dry ends the search with its report, and where to continue when", async () => {
      const clients = clientsOf(server);
      const request = endless();
      const error = await errorOf(clients, "findRange", request);
      assert.equal(error?.code, Code.ResourceExhausted);
      assert.equal(error.findDetails(ErrorInfoSchema)[0]?.reason, "CREDIT");
      const [report] = error.findDetails(SearchReportSchema);
      assert.equal(report?.ending, Ending.CREDIT);
      assert.equal(report.hashesComputed, report.nextIndex);
      assert.ok(report.hashesComputed >= 2_000_000n && report.hashesComputed < 2_000_100n);
      assert.deepEqual(report, await reportOf(clients, request.searchId));
      assert.match(
        error.rawMessage,
        new RegExp(`credit .*Continue with start_index ${report.nextIndex} in 30000 s\\.$`),
      );
      assert.equal(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds, 30_000n);
      await untilIdle(server.url);
    });

    test("that is spent refuses the next search, and says what is left and when", async () => {
      const error = await errorOf(clientsOf(server), "find", endless());
      assert.equal(error?.code, Code.ResourceExhausted);
      assert.match(
        error.rawMessage,
        /^You have \d+ hashes left of a credit of 3000000, and a search starts with 30000\. Try again in \d+ s\.$/,
      );
      const seconds = Number(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds);
      assert.ok(seconds > 29_000 && seconds <= 30_000, `try again after ${seconds} s`);
      const [violation] = error.findDetails(QuotaFailureSchema)[0]?.violations ?? [];
      assert.partialDeepStrictEqual(violation, {
        quotaMetric: "hash_credit",
        subject: "hash credit of this client",
        description: error.rawMessage,
        quotaValue: credit,
      });
      assert.partialDeepStrictEqual(error.findDetails(RefusalSchema)[0], {
        scope: LimitScope.CLIENT,
        limit: 3_000_000,
      });
    });

    test("is each client's own", { skip: hasOneAddress }, async () => {
      const clients = clientsFrom(server, protocol, "127.0.0.2");
      assert.equal(await errorOf(clients, "find", { desiredName: "aa" }), undefined);
    });
  });
}

test("a Stop pays for what was computed and nothing more", async () => {
  const credit = 10n ** 12n;
  const server = await startServer({
    args: ["--maximum-hashes", "0", "--hash-credit", String(credit), "--hash-credit-per-second", "1"],
  });
  const clients = webClients(server);
  const request = endless();
  const controller = new AbortController();
  const ended = errorOf(clients, "findRange", request, controller);
  await untilActivity(server.url, ({ workersBusy }) => workersBusy > 0);
  await untilActivity(
    server.url,
    ({ hashCredit }) => hashCredit !== undefined && hashCredit.left < credit - 1000n,
  );
  controller.abort();
  await ended;
  const { hashesComputed } = await reportOf(clients, request.searchId);
  const paid = credit - ((await readActivity(server.url)).hashCredit?.left ?? 0n);
  assert.ok(paid <= hashesComputed && paid > hashesComputed - 20n, `${paid} of ${hashesComputed} paid`);
  await stopCleanly(server);
});

test("a token has its own quotas in place of everybody's, and others once its line has changed", async () => {
  const tokens = tokenFile(
    "ann searches-per-minute=2 hash-credit=1000000 hash-credit-per-second=1",
    "ben searches-per-minute=0 hash-credit=0",
    "cy",
  );
  const usual = ["--searches-per-minute", "1", "--hash-credit", "2000", "--hash-credit-per-second", "1"];
  const server = await startServer({ args: ["--token-file", tokens.path, ...usual] });
  const ask = async (name: string) => {
    const clients = clientsFrom(server, "gRPC-Web", "127.0.0.1", tokens.header(name));
    return (await errorOf(clients, "find", { desiredName: "a" }))?.rawMessage ?? "";
  };
  const fullOf = async (name: string) =>
    (await untilActivity(transportWith(server, tokens.header(name)), () => true)).hashCredit?.full;
  const asked = async (name: string, times: number) => {
    for (let i = 0; i < times; i++) assert.equal(await ask(name), "", name);
  };
  assert.deepEqual(
    [await fullOf("ann"), await fullOf("ben"), await fullOf("cy")],
    [1_000_000n, undefined, 2000n],
  );
  await asked("ann", 2);
  await asked("ben", 4);
  await asked("cy", 1);
  assert.match(await ask("ann"), /^You may ask for 2 searches a minute/);
  assert.match(await ask("cy"), /^You may ask for 1 search a minute/);
  // A watcher that is there hears of it as well.
  const watching = Promise.withResolvers<void>();
  const raised = untilActivity(transportWith(server, tokens.header("ann")), ({ hashCredit }) => {
    watching.resolve();
    return hashCredit?.full === 3_000_000n;
  });
  await watching.promise;
  tokens.write("ann searches-per-minute=0 hash-credit=3000000 hash-credit-per-second=1", "ben", "cy");
  server.signal("SIGHUP");
  await raised;
  await asked("ann", 4);
  assert.equal(await fullOf("ben"), 2000n);
  tokens.remove();
  await stopCleanly(server);
});

function transportWith({ url: baseUrl }: TestServer, { authorization }: { readonly authorization: string }) {
  return createGrpcWebTransport({
    baseUrl,
    httpVersion: "1.1",
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", authorization);
        return next(request);
      },
    ],
  });
}

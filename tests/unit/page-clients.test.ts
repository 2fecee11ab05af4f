import assert from "node:assert/strict";
import { test } from "node:test";
import { createClients } from "../../web/src/api/clients.ts";

test("the page calls the four services at the server's address, in gRPC-Web", async (t) => {
  const sent: (readonly [string, string | null])[] = [];
  t.mock.method(globalThis, "fetch", async (url: string, { headers }: RequestInit) => {
    sent.push([url, new Headers(headers).get("content-type")]);
    throw new TypeError("Failed to fetch");
  });
  const { finder, reports, activity, streams } = createClients("http://page.test");
  const first = (messages: AsyncIterable<unknown>) => messages[Symbol.asyncIterator]().next();
  for (const call of [
    finder.find({}),
    reports.getSearchReport({}),
    first(activity.watchActivity({})),
    first(streams.stream({})),
  ]) {
    await assert.rejects(call, /Failed to fetch/);
  }
  assert.deepEqual(
    sent,
    [
      "hash_name.HashFinder/Find",
      "hash_name.v1.SearchReportService/GetSearchReport",
      "hash_name.v1.ActivityService/WatchActivity",
      "Message/Stream",
    ].map((path) => [`http://page.test/${path}`, "application/grpc-web+proto"]),
  );
});

test("a time limit is said with at most eight digits, as gRPC has it, and never shortened", async (t) => {
  const sent: (string | null)[] = [];
  t.mock.method(globalThis, "fetch", async (_url: string, { headers }: RequestInit) => {
    sent.push(new Headers(headers).get("grpc-timeout"));
    throw new TypeError("Failed to fetch");
  });
  const { finder } = createClients("http://page.test");
  for (const timeoutMs of [1, 99_999_999, 100_000_000, 100_000_001, 2_147_483_000]) {
    await assert.rejects(finder.find({}, { timeoutMs }), /Failed to fetch/);
  }
  assert.deepEqual(sent, ["1m", "99999999m", "100000S", "100001S", "2147483S"]);
});

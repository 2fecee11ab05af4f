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

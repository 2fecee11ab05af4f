import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, type Page } from "@playwright/test";
import { HashNameRequestSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import {
  Ending,
  GetSearchReportResponseSchema,
  type SearchReport,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { test, untilSearching, untilStopped } from "./fixtures.ts";

const headerBytes = 5;

/** The message of the first frame of a gRPC-Web body. */
function messageIn(body: Buffer): Uint8Array {
  return body.subarray(headerBytes, headerBytes + body.readUInt32BE(1));
}

function frame(flags: number, message: Uint8Array): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(flags);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** The next report that the page is given. */
async function nextReport(page: Page): Promise<SearchReport> {
  const response = await page.waitForResponse(/GetSearchReport$/);
  const { report } = fromBinary(GetSearchReportResponseSchema, messageIn(await response.body()));
  if (report === undefined) throw new Error("the answer has no report");
  return report;
}

test("a search whose tab is closed goes on in another one, at the first candidate that was not tried", async ({
  finder,
  server,
  context,
}) => {
  await finder.nearMisses.check();
  await finder.startSearch();
  const other = await context.newPage();
  const reading = nextReport(other);
  await other.goto(server.url);
  await finder.page.close();
  const card = other.getByRole("article");
  await expect(card).toContainText(
    "The page was reloaded or closed while this search ran. The server had stopped it.",
  );
  await expect(other.getByText("connection dropped")).toHaveCount(0);
  const { nextIndex } = await reading;
  expect(nextIndex).toBeGreaterThan(0n);

  const asking = other.waitForRequest(/FindRange$/);
  await card.getByRole("button", { name: "Continue" }).click();
  const body = (await asking).postDataBuffer() ?? Buffer.alloc(headerBytes);
  expect(fromBinary(HashNameRequestSchema, messageIn(body)).startIndex).toBe(nextIndex);
  await untilSearching(card);
  await card.getByRole("button", { name: /^Stop / }).click();
  await untilStopped(card);
});

test("a report that names a worker as never idle ends the asking, and is not called stopped", async ({
  finder,
}) => {
  const { page } = finder;
  let asked = 0;
  await page.route(/GetSearchReport$/, async (route) => {
    asked++;
    const report = { ending: Ending.CANCELLED, workersUsed: 2, workersIdle: 1, nextIndex: 10n };
    const message = toBinary(
      GetSearchReportResponseSchema,
      create(GetSearchReportResponseSchema, { report }),
    );
    await route.fulfill({
      contentType: "application/grpc-web+proto",
      body: Buffer.concat([frame(0, message), frame(0x80, Buffer.from("grpc-status: 0\r\n"))]),
    });
  });
  const card = await finder.startSearch();
  await finder.stopButton(card).click();
  await expect(card).toContainText(
    "Stop sent, never confirmed by workers of the server itself. Its report is final and names them as not idle, so they may still be computing.",
  );
  await expect(finder.lastStop).toContainText("not confirmed");
  await expect(card.getByRole("button", { name: "Continue" })).toBeVisible();
  expect(asked).toBe(1);
});

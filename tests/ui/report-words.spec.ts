import { expect } from "@playwright/test";
import { answerWith, reportIn, startIndexIn } from "../support/web-frames.ts";
import { test, untilSearching, untilStopped } from "./fixtures.ts";

test("a search whose tab is closed goes on in another one, at the first candidate that was not tried", async ({
  finder,
  server,
  context,
}) => {
  await finder.nearMisses.check();
  await finder.startSearch();
  const other = await context.newPage();
  const reading = other.waitForResponse(/GetSearchReport$/);
  await other.goto(server.url);
  await finder.page.close();
  const card = other.getByRole("article");
  await expect(card).toContainText(
    "The page was reloaded or closed while this search ran. The server had stopped it.",
  );
  await expect(other.getByText("connection dropped")).toHaveCount(0);
  const { nextIndex } = reportIn(await (await reading).body());
  expect(nextIndex).toBeGreaterThan(0n);

  const asking = other.waitForRequest(/FindRange$/);
  await card.getByRole("button", { name: "Continue" }).click();
  const body = (await asking).postDataBuffer();
  expect(body && startIndexIn(body)).toBe(nextIndex);
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
    await route.fulfill({
      contentType: "application/grpc-web+proto",
      body: answerWith({ workersUsed: 2, workersIdle: 1 }),
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

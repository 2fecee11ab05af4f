import { expect } from "@playwright/test";
import { untilActivity } from "../support/activity.ts";
import { endlessName, expectIdleForGood, test, untilStopped } from "./fixtures.ts";

for (const call of ["unary", "streaming"] as const) {
  test(`Stop ends a ${call} search on the server, and the page has its word for it`, async ({
    finder,
    server,
  }) => {
    if (call === "streaming") await finder.nearMisses.check();
    const card = await finder.startSearch();
    await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);

    await finder.stopButton(card).click();
    await untilStopped(card);
    await expectIdleForGood(server);

    await expect(finder.lastStop).toContainText("proven");
    await expect(finder.lastStop).toContainText(/\d\sms confirmed here/);
    await expect(card).toContainText(/\d\sms cancel seen/);
    await expect(card).toContainText(/\d\sms all workers idle/);
    await expect(card).toContainText(/\d hash(es)? computed after the cancel was seen/);
    await expect(finder.status).toContainText("Stopped by you.");
    await server.untilLogged({ reason: "Stop button" });
  });
}

test("matches that arrived stay after a Stop, and Continue goes on behind them", async ({
  finder,
  server,
}) => {
  // About one in 270,000, and the search itself does not end in a test's time.
  const name = "chocolates";
  await finder.name.fill(name);
  await finder.showEveryNearMissUpTo(4);
  const card = await finder.search(name);
  await expect(card.getByRole("listitem").nth(20)).toBeAttached();
  await finder.stopButton(card).click();
  await untilStopped(card);
  await expectIdleForGood(server);
  const hashes = await card.locator(".hash").allTextContents();
  expect(hashes.length).toBeGreaterThan(20);

  await card.getByRole("button", { name: "Continue" }).click();
  await expect(card.getByRole("listitem").nth(hashes.length)).toBeAttached();
  await finder.stopButton(card).click();
  await untilStopped(card);
  const all = await card.locator(".hash").allTextContents();
  expect(new Set(all).size, "no match twice").toBe(all.length);
  expect(all).toEqual(expect.arrayContaining(hashes));
});

test("a Stop right after Search is confirmed too", async ({ finder, server }) => {
  const card = await finder.search(endlessName);
  await finder.stopButton(card).click();
  await expect(card).toContainText("Stopped by you.");
  await expectIdleForGood(server);
});

test("a second click of a double click does not continue the search", async ({ finder, server }) => {
  const card = await finder.startSearch();
  await finder.stopButton(card).dblclick();
  await untilStopped(card);
  await expectIdleForGood(server);
});

test("closing the tab ends its searches", async ({ finder, server }) => {
  await finder.startSearch();
  await finder.nearMisses.check();
  await finder.startSearch("connectconnect");
  await finder.page.close();
  await expectIdleForGood(server);
});

test("reloading the page ends its searches", async ({ finder, server }) => {
  await finder.startSearch();
  await finder.page.reload();
  await expectIdleForGood(server);
  await expect(finder.page.getByText("The server had stopped it.")).toHaveCount(2);
});

test("leaving for another page ends its searches", async ({ finder, server }) => {
  await finder.startSearch();
  await finder.page.goto("about:blank");
  await expectIdleForGood(server);
});

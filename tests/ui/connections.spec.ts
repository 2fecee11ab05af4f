import { type BrowserContext, expect, type Locator } from "@playwright/test";
import { tlsFlags } from "../support/certificates.ts";
import { putToSleep } from "../support/sleeping-page.ts";
import { endlessName, expectIdleForGood, Finder, test, untilSearching, untilStopped } from "./fixtures.ts";

const names = [endlessName, "connectconnect", "grpcgrpcgrpc", "doctordoctor"] as const;
const fifth = "hellohello";
const sixth = "chocolates";

async function nextTab(context: BrowserContext, url: string): Promise<Finder> {
  const tab = new Finder(await context.newPage());
  await tab.open(url);
  return tab;
}

async function untilQueued(card: Locator): Promise<void> {
  await expect(card).toContainText("Waiting for a free connection.");
}

async function fill(finder: Finder): Promise<void> {
  for (const name of names) await finder.startSearch(name);
}

test("of five searches in two tabs one waits for a connection, and starts when another is stopped", async ({
  finder,
  server,
}) => {
  for (const name of names.slice(0, 3)) await finder.startSearch(name);
  const other = await nextTab(finder.page.context(), server.url);
  await other.startSearch(names[3]);
  // Two changes within a second would be told in one sentence.
  await expect(other.status).toContainText(names[3]);
  const waiting = await other.search(fifth);
  await untilQueued(waiting);
  await expect(other.status).toContainText("Waiting for a free connection.");

  const first = finder.card(names[0]);
  await finder.stopButton(first).click();
  await untilStopped(first);
  await expect(first, "the other tab's searches keep the workers busy").toContainText("done with it");
  await untilSearching(waiting);

  await finder.page.getByRole("button", { name: "Stop all" }).click();
  await other.page.getByRole("button", { name: "Stop all" }).click();
  for (const name of names.slice(1, 3)) await untilStopped(finder.card(name));
  for (const name of [names[3], fifth]) await untilStopped(other.card(name));
  await expectIdleForGood(server);
});

test("searches that wait for a connection start in the order in which they came, in all tabs", async ({
  finder,
  server,
}) => {
  await fill(finder);
  const other = await nextTab(finder.page.context(), server.url);
  await untilQueued(await other.search(fifth));
  await untilQueued(await finder.search(sixth));

  await finder.stopButton(finder.card(names[0])).click();
  await untilSearching(other.card(fifth));
  await untilQueued(finder.card(sixth));
  await finder.stopButton(finder.card(names[1])).click();
  await untilSearching(finder.card(sixth));
});

test("a search that waits for a connection can be cancelled, and is never sent", async ({
  finder,
  server,
}) => {
  await fill(finder);
  const waiting = await finder.search(fifth);
  await untilQueued(waiting);
  await waiting.getByRole("button", { name: `Cancel ${fifth}` }).click();
  await expect(waiting).toContainText("Cancelled by you while it waited. It was never sent.");
  await expect(finder.lastStop).toContainText("Nothing stopped yet.");

  await waiting.getByRole("button", { name: `Search again ${fifth}` }).click();
  await untilQueued(waiting);
  await finder.page.getByRole("button", { name: "Stop all" }).click();
  for (const name of names) await untilStopped(finder.card(name));
  await expect(waiting).toContainText("Cancelled by you");
  await expectIdleForGood(server);
});

test("a closed tab gives its connections and the activity stream to the next one", async ({
  finder,
  server,
}) => {
  await fill(finder);
  const other = new Finder(await finder.page.context().newPage());
  const streams: string[] = [];
  other.page.on("request", (request) => {
    if (request.url().endsWith("/WatchActivity")) streams.push(request.url());
  });
  await other.open(server.url);
  const waiting = await other.search(fifth);
  await untilQueued(waiting);
  expect(streams, "the first tab reads for both").toHaveLength(0);

  await finder.page.close();
  await untilSearching(waiting);
  await expect(other.page.getByRole("region", { name: "Server now" })).toContainText("1 (yours 1)");
  expect(streams.length).toBeGreaterThan(0);
  await other.stopButton(waiting).click();
  await untilStopped(waiting);
  await expectIdleForGood(server);
});

test("when the tab that reads the activity is frozen, another takes over", async ({ finder, server }) => {
  const context = finder.page.context();
  const other = await nextTab(context, server.url);
  const { wake } = await putToSleep(finder.page);
  await other.startSearch();
  await wake();
  await finder.startSearch(names[1]);
  await expect(finder.page.getByRole("region", { name: "Server now" })).toContainText("2 (yours 2)");
});

test.describe("a page without locks, as over plain HTTP from another machine", () => {
  test.beforeEach(async ({ page }) => {
    await page.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, "locks", { get: () => undefined }),
    );
  });

  test("keeps to four searches in the tab", async ({ finder }) => {
    await fill(finder);
    const waiting = await finder.search(fifth);
    await untilQueued(waiting);
    await finder.stopButton(finder.card(names[2])).click();
    await untilStopped(finder.card(names[2]));
    await untilSearching(waiting);
  });
});

test.describe("over HTTP/2", () => {
  test.use({
    ignoreHTTPSErrors: true,
    serverArgs: ["--maximum-hashes", "0", ...tlsFlags("localhost")],
  });

  test("eight searches run at once, and every Stop is confirmed", async ({ finder }) => {
    const eight = [...names, fifth, sixth, "seventhseventh", "eightheighth"];
    for (const name of eight) await finder.startSearch(name);
    await expect(finder.page.getByRole("region", { name: "Server now" })).toContainText("8 (yours 8)");
    await finder.page.getByRole("button", { name: "Stop all" }).click();
    for (const name of eight) await untilStopped(finder.card(name));
    await expect(finder.page.getByRole("region", { name: "Server now" })).toContainText("0 (yours 0)");
  });
});

import { expect } from "@playwright/test";
import { patient } from "../../scripts/test-limits.ts";
import { startServer } from "../support/server.ts";
import { putToSleep } from "../support/sleeping-page.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { test as base, expectIdleForGood, type Finder, untilSearching, untilStopped } from "./fixtures.ts";

// The page reaches its server through a network that can fail.
const test = base.extend<{ readonly network: TcpProxy }>({
  network: async ({ server }, use) => {
    const network = await startTcpProxy(server.url);
    await use(network);
    await network.close();
  },
  address: async ({ network }, use) => await use(network.url),
});

const lostWords = "We cannot tell yet whether the server is still searching.";
const backWords = "Connected again. The server had stopped this search when the connection dropped.";

const banner = ({ page }: Finder) => page.getByText("The server cannot be reached.");
const tryNow = ({ page }: Finder) => page.getByRole("button", { name: "Try now", exact: true });

// The browser may ask over a connection that is dead as well, and only its silence tells:
// 8 to 13 s. On a busy machine it asks over one more: 21 to 23 s, at a load of 14.
const foundOutMs = patient(20_000);

test("a frozen network is told with the time of the next try, and a search outlives it", async ({
  finder,
  network,
  server,
}) => {
  const card = await finder.startSearch();
  network.freeze();
  await expect(card).toContainText(lostWords);
  await expect(banner(finder)).toContainText(/Trying again in \d+\ss\./);
  await expect(finder.status).toContainText("No contact with the server.");
  expect(await finder.page.evaluate("navigator.onLine"), "the browser knows of nothing").toBe(true);
  await tryNow(finder).click();
  await expect(banner(finder)).toContainText("Trying again now.");
  await expect(banner(finder), "nor does that get an answer").toContainText(/Trying again in \d+\ss\./);

  network.thaw();
  await expect(banner(finder)).toBeHidden();
  await expect(finder.stopButton(card), "the banner does not take the focus with it").toBeFocused();
  await expect(finder.status).toContainText("In contact with the server again.");
  await untilSearching(card);
  await finder.stopButton(card).click();
  await untilStopped(card);
  await expectIdleForGood(server);
});

test("a lost server is said in one place, and no more when it is back", async ({ finder, network }) => {
  const { page } = finder;
  const card = await finder.startSearch();
  const panel = page.getByRole("region", { name: /^Server/ }).filter({ has: page.getByRole("meter") });
  const places = page
    .getByText(/cannot be reached|not reached|No contact|Connection lost|Trying again/)
    .filter({ visible: true });
  const why = /^The server cannot be reached\./;
  network.freeze();
  await expect(card).toContainText(lostWords);
  // The live region has it too, for screen readers alone.
  await expect(finder.status).toHaveCSS("opacity", "0");
  await expect(places).toHaveCount(2);
  for (const grey of [card, panel]) await expect(grey).toHaveAccessibleDescription(why);
  await expect(finder.status).toHaveText("No contact with the server. The page keeps trying.");

  network.thaw();
  await untilSearching(card);
  await expect(banner(finder)).toBeHidden();
  await expect(places).toHaveCount(0);
  for (const reached of [card, panel]) await expect(reached).not.toHaveAccessibleDescription(why);
  await expect(finder.status).toContainText("In contact with the server again.");
});

test("a Stop over a frozen network never says Stopped, and does once it thaws", async ({
  finder,
  network,
  server,
}) => {
  const card = await finder.startSearch();
  const said: string[] = [];
  await finder.page.exposeFunction("noteCard", (text: string) => said.push(text));
  await finder.page.evaluate(`{
    const card = document.querySelector("[data-card]");
    const changes = { characterData: true, childList: true, subtree: true };
    new MutationObserver(() => noteCard(card.textContent)).observe(card, changes);
  }`);
  network.freeze();
  await finder.stopButton(card).click();
  await expect(card).toContainText("Stopping… waiting for the server to confirm.");
  await expect(card).toContainText("Stop sent, not confirmed. The server has not answered.");
  await expect(card).toContainText(/Checking again in \d\ss\./);
  await expect(banner(finder)).toBeVisible();
  expect(said.length).toBeGreaterThan(0);
  expect(said.filter((text) => text.includes("Stopped"))).toEqual([]);

  network.thaw();
  await untilStopped(card);
  await expectIdleForGood(server);
});

test("a cut connection is told, tried again, and what became of the search is found out", async ({
  finder,
  network,
  server,
}) => {
  const card = await finder.startSearch();
  network.cut();
  await expect(card).toContainText(lostWords);
  await expect(banner(finder)).toContainText("Trying again in 2 s.");
  await expect(banner(finder), "twice as long each time").toContainText("Trying again in 4 s.");
  await expectIdleForGood(server);

  network.mend();
  await tryNow(finder).click();
  await expect(card).toContainText(backWords);
  await expect(banner(finder)).toBeHidden();
  await card.getByRole("button", { name: "Continue" }).click();
  await untilSearching(card);
});

test("a server that restarted behind the same address is recognised without being told", async ({
  finder,
  network,
  server,
}) => {
  // A stream whose first match has arrived. A call without an answer so far,
  // the browser would send again by itself, and the new server would serve it.
  const name = "chocolates";
  await finder.name.fill(name);
  await finder.showEveryNearMissUpTo(4);
  const card = await finder.search(name);
  await expect(card.getByRole("listitem").first()).toBeAttached();
  const next = await startServer({ args: ["--maximum-hashes", "0"] });
  try {
    network.redirect(next.url);
    await server.kill();
    await expect(card).toContainText("The server restarted, so this search is no longer running.");
    await card.getByRole("button", { name: "Continue" }).click();
    await untilSearching(card);
    await finder.stopButton(card).click();
    await untilStopped(card);
    await expectIdleForGood(next);
  } finally {
    await next.kill();
  }
});

test("a connection that died without a word is found out", async ({ finder, network, server }) => {
  const card = await finder.startSearch();
  network.forget();
  await expectIdleForGood(server);
  await expect(card).toContainText(backWords, { timeout: foundOutMs });
});

test("a laptop that slept finds out on waking that its search was stopped", async ({
  finder,
  network,
  server,
}) => {
  const card = await finder.startSearch();
  const { wake } = await putToSleep(finder.page);
  network.forget();
  await expectIdleForGood(server);
  await wake();
  await expect(card).toContainText(backWords, { timeout: foundOutMs });
});

test("a page that is unfrozen has the server asked at once", async ({ finder }) => {
  const reopened = finder.page.waitForRequest(/WatchActivity$/);
  await finder.page.evaluate(`document.dispatchEvent(new Event("resume"))`);
  await reopened;
});

test("a clock that jumps, as after a sleep, has the server asked at once", async ({ finder }) => {
  const card = await finder.startSearch();
  const reopened = finder.page.waitForRequest(/WatchActivity$/);
  await finder.page.evaluate(() => {
    const real = Date.now;
    Date.now = () => real() + 3_600_000;
  });
  await reopened;
  await untilSearching(card);
  await expect(banner(finder)).toBeHidden();
});

test("what the browser says of being offline is not believed", async ({ finder }) => {
  await finder.page.evaluate(`{
    Object.defineProperty(Navigator.prototype, "onLine", { get: () => false });
    dispatchEvent(new Event("offline"));
  }`);
  await finder.startSearch();
  await expect(finder.page.getByText("Server: connected")).toBeVisible();
  await expect(banner(finder)).toBeHidden();
});

import { expect, type Page } from "@playwright/test";
import { startServer } from "../support/server.ts";
import { endlessName, type Finder, test, untilSearching, untilStopped } from "./fixtures.ts";

const panel = ({ page }: Finder) => page.getByRole("region", { name: "Server now" });

test("right after a proven Stop no worker is busy and no hash a second is computed", async ({ finder }) => {
  const card = await finder.startSearch();
  await expect(panel(finder)).toContainText(/try one candidate\.[1-9]/);
  await finder.stopButton(card).click();
  await untilStopped(card);
  await expect(panel(finder)).toContainText("0 of 2", { timeout: 1_500 });
  // What the panel says at that moment, without waiting for it to become true.
  expect(await panel(finder).textContent()).toMatch(/0 of 2.*try one candidate\.0(?![\d,.])/);
});

test("the card's rate and the panel's are of one reckoning, from the first second on", async ({ finder }) => {
  await finder.startSearch();
  for (let seen = 0; seen < 5; seen++) {
    const [card, server] = await finder.page.evaluate<[string, string]>(`new Promise((resolve) => {
      const read = () => [
        document.querySelector("article .card-state").textContent.match(/, (.+) a second/)?.[1],
        document.querySelector(".panel dd:has(.sparkline)")?.firstChild.textContent,
      ];
      const before = String(read());
      const look = () => (String(read()) !== before && read()[0] ? resolve(read()) : requestAnimationFrame(look));
      look();
    })`);
    const ratio = numberOf(server) / numberOf(card);
    expect(ratio, `${server} on the panel, ${card} in the card`).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  }
});

test("Continue after a restart starts at the first candidate that was not tried", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  await finder.name.fill(endlessName);
  await finder.showEveryNearMissUpTo(3);
  const card = await finder.startSearch();
  await expect.poll(() => keptIndex(page, "state.progress?.nextIndex")).toBeGreaterThan(0);
  const { port } = new URL(server.url);
  await server.kill();
  await expect(card).toContainText("We cannot tell yet");
  const told = await keptIndex(page, "state.progress?.nextIndex");
  const next = await startServer({ args: ["--maximum-hashes", "0", "--port", port] });
  try {
    await expect(card).toContainText("The server restarted");
    await card.getByRole("button", { name: "Continue" }).click();
    await untilSearching(card);
    expect(await keptIndex(page, "state.run.startIndex")).toBe(told);
  } finally {
    await next.kill();
  }
});

test("Continue after a reload starts at the first candidate that was not tried", async ({ finder }) => {
  const { page } = finder;
  await finder.name.fill(endlessName);
  await finder.showEveryNearMissUpTo(6);
  const card = await finder.startSearch();
  await expect(card.getByRole("listitem").nth(2)).toBeAttached();
  await expect.poll(() => keptIndex(page, "state.progress?.nextIndex")).toBeGreaterThan(0);
  await page.reload();
  await expect(card).toContainText("The page was reloaded or closed while this search ran.");
  await expect(card).toContainText("The server had stopped it.");
  const tried = await keptIndex(page, "state.report.nextIndex");
  const took = "state.report.workersIdleAfter";
  const tookMs = await keptIndex(page, `Number(${took}.seconds) * 1000 + ${took}.nanos / 1e6`);
  await card.getByRole("button", { name: "Continue" }).click();
  await untilSearching(card);
  const start = await keptIndex(page, "state.run.startIndex");
  expect(start).toBeLessThanOrEqual(tried);
  // A match that was on its way is found again; the server tells ten times a second how far it is.
  expect(((tried - start) / tried) * tookMs, "ms of work that are done again").toBeLessThan(400);
});

test("matches and near misses are counted apart, in the card, the history and the odds", async ({
  finder,
}) => {
  const { page } = finder;
  await finder.limit("Hashes", "1,000,000");
  await finder.name.fill("doctor");
  await finder.showEveryNearMissUpTo(2);
  const card = await finder.search("doctor");
  await expect(card).toContainText("Budget spent");
  const counters = (await card.locator(".counters").textContent()) ?? "";
  const count = Number(/matches0near misses(\d+)/.exec(counters)?.[1]);
  // Many rows come over several drawings.
  await expect(card.getByRole("listitem")).toHaveCount(count);
  await expect(card.getByRole("button", { name: /^Copy bytes of the near miss / })).toHaveCount(count);
  await expect(card).not.toContainText("On average one near miss");
  await page.reload();
  await expect(page.getByRole("region", { name: "History" })).toContainText(
    `0 matches, ${count} near misses`,
  );
});

test("after Stop all every search has its own proof, which stays with it in the history", async ({
  finder,
}) => {
  const { page } = finder;
  const names = [endlessName, "connectconnect", "grpcgrpcgrpc"];
  for (const name of names) await finder.startSearch(name);
  await page.getByRole("button", { name: "Stop all" }).first().click();
  for (const name of names) {
    const card = finder.card(name);
    await untilStopped(card);
    await card.getByText("Proof of the Stop:").click();
    await expect(card.getByText(`you stopped ${name}`)).toBeVisible();
    await expect(card.getByText("cancel seen")).toBeVisible();
  }
  await expect(finder.lastStop).toContainText("proven");
  await expect(finder.lastStop).not.toContainText("cancel seen");
  await page.reload();
  for (const name of names) {
    const entry = page
      .getByRole("region", { name: "History" })
      .getByRole("listitem")
      .filter({ hasText: `Show ${name}` });
    await entry.getByText("Proof of the Stop:").click();
    await expect(entry.getByText(`you stopped ${name}`)).toBeVisible();
    await expect(entry.getByText("cancel seen")).toBeVisible();
  }
});

test("Stop all is told in one sentence, and what is told is true then", async ({ finder }) => {
  const { page } = finder;
  const names = [endlessName, "connectconnect", "grpcgrpcgrpc", "doctordoctor"];
  for (const name of names) await finder.startSearch(name);
  await expect(await finder.search("waiting")).toContainText("Waiting for a free connection.");
  // All is said: the last search alone, or with the one that began in the same second.
  await expect(finder.status).toContainText(/waiting: Waiting for a free connection\.|\b1 waiting/);
  await page.evaluate(`
    window.said = [];
    const status = document.querySelector("[role=status]");
    new MutationObserver(() => window.said.push([performance.now(), status.textContent]))
      .observe(status, { childList: true, characterData: true, subtree: true });
  `);
  await page.getByRole("button", { name: "Stop all" }).first().click();
  await expect(finder.status).toHaveText(/^Searches: .*4 stopped, confirmed by the server/);
  const said = await page.evaluate<[number, string][]>("window.said");
  expect(said.length, JSON.stringify(said)).toBeLessThanOrEqual(2);
  for (const [i, [at]] of said.slice(1).entries()) expect(at - (said[i]?.[0] ?? 0)).toBeGreaterThan(950);
});

test("a refusal goes from the status line when its cause is corrected", async ({ finder }) => {
  await finder.name.fill("a-b");
  await finder.searchButton.click();
  await expect(finder.status).toContainText("Not started:");
  await finder.name.fill("ab");
  await expect(finder.status).toHaveText("Ready.");
});

/** A part of the one search that the browser has kept. */
async function keptIndex(page: Page, path: string): Promise<number> {
  return await page.evaluate<number>(`(async () => {
    const opening = indexedDB.open("hash-finder");
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    const reading = opening.result.transaction("searches").objectStore("searches").getAll();
    await new Promise((resolve) => reading.addEventListener("success", resolve));
    opening.result.close();
    const [{ state }] = reading.result;
    return Number(${path} ?? 0);
  })()`);
}

function numberOf(rate: string): number {
  const [digits = "", word] = rate.replaceAll(",", "").split(/\s/);
  return Number(digits) * (word === "million" ? 1e6 : 1);
}

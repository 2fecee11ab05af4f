import { expect } from "@playwright/test";
import { tasksOf } from "../support/page-tasks.ts";
import { endlessName, expectIdleForGood, test, untilStopped } from "./fixtures.ts";

test("in a flood of near misses a Stop is proven within 200 ms", async ({ finder, server }) => {
  const { page } = finder;
  await finder.name.fill(endlessName);
  await finder.showEveryNearMissUpTo(11);
  const card = await finder.search(endlessName);
  await expect(card).toContainText("Best 500 shown");
  await expect(card).toContainText(/\d{3},\d{3} found/);
  const stopped = await page.evaluate<number>(`new Promise((resolve) => {
    const card = document.querySelector("article");
    const at = performance.now();
    new MutationObserver((_, observer) => {
      if (!card.textContent.includes("Stopped by you. The server confirmed")) return;
      observer.disconnect();
      resolve(performance.now() - at);
    }).observe(card, { childList: true, characterData: true, subtree: true });
    setTimeout(() => card.querySelector("button.stop").click());
  })`);
  await untilStopped(card);
  await expectIdleForGood(server);
  expect(stopped, "milliseconds from the press to the proof").toBeLessThan(200);
});

test("in a flood of near misses every task of the page is short: a drawing has few new rows", async ({
  finder,
}) => {
  const { page } = finder;
  await finder.name.fill(endlessName);
  await finder.showEveryNearMissUpTo(11);
  let rowsAtOnce = 0;
  const tasks = await tasksOf(page, async () => {
    await finder.searchButton.click();
    // Playwright's own search among 500 rows would be the longest task of all.
    rowsAtOnce = await page.evaluate<number>(`new Promise((resolve) => {
      let most = 0;
      const observer = new MutationObserver((changes) => {
        const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
        const rows = added.flatMap((node) => (node.matches?.(".match") ? [node] : [...(node.querySelectorAll?.(".match") ?? [])]));
        most = Math.max(most, rows.length);
        if (!document.querySelector(".matches-foot")?.textContent.includes("Best 500 shown")) return;
        observer.disconnect();
        resolve(most);
      });
      observer.observe(document.body, { childList: true, subtree: true });
    })`);
  });
  const longest = tasks.slice(0, 10).map((ms) => Math.round(ms));
  console.log(
    `The page's longest tasks in a flood, in milliseconds of the processor: ${longest.join(", ")}.`,
  );
  expect(rowsAtOnce, "rows that came together").toBeLessThanOrEqual(25);
  expect(longest[0], "milliseconds of the processor").toBeLessThanOrEqual(50);
});

import { expect } from "@playwright/test";
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

import { expect } from "@playwright/test";
import { test } from "./fixtures.ts";

test("the tab's title changes once a second at most, to what is true then", async ({ finder }) => {
  const { page } = finder;
  await page.evaluate(`{
    window.titles = [];
    const note = () => titles.push({ at: performance.now(), title: document.title });
    new MutationObserver(note).observe(document.head, { childList: true, characterData: true, subtree: true });
  }`);
  const names = ["go", "web", "abc", "a1", "b2", "c3"];
  for (const name of names) await (await finder.search(name)).getByText("Found after").waitFor();
  await expect(page).toHaveTitle("Found c3 – Hash Finder");
  const titles = await page.evaluate<readonly { at: number; title: string }[]>("titles");
  const gaps = titles.slice(1).map(({ at }, i) => at - (titles[i]?.at ?? 0));
  expect(titles.length).toBeLessThan(2 * names.length);
  // A timer may come a moment early.
  for (const gap of gaps) expect(gap, JSON.stringify(titles)).toBeGreaterThan(990);
});

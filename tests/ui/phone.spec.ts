import { expect, type Locator } from "@playwright/test";
import { endlessName, expectIdleForGood, test, untilSearching, untilStopped } from "./fixtures.ts";

test.use({ viewport: { width: 360, height: 640 } });

test("on a phone Stop is pinned to the bottom and 48 px high", async ({ finder, server }) => {
  const card = await finder.startSearch();
  const pinned = finder.page.getByRole("button", { name: `Stop ${endlessName}` }).last();
  await finder.name.scrollIntoViewIfNeeded();
  await expect(pinned).toBeInViewport({ ratio: 1 });
  const box = await pinned.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(48);
  await pinned.click();
  await untilStopped(card);
  await expectIdleForGood(server);
});

test("a second tap where Stop was does not meet Remove", async ({ finder }) => {
  const card = await finder.search(endlessName);
  await untilSearching(card);
  const inCard = async (button: Locator) => {
    const [{ y: top }, { y, height }] = [await boxOf(card), await boxOf(button)];
    return { top: y - top, bottom: y - top + height };
  };
  const stop = await inCard(finder.stopButton(card));
  await finder.stopButton(card).click();
  await untilStopped(card);
  const remove = await inCard(card.getByRole("button", { name: `Remove ${endlessName}` }));
  expect(remove.top).toBeGreaterThanOrEqual(stop.bottom);
});

test("nothing is wider than a phone", async ({ finder }) => {
  await finder.showEveryNearMissUpTo(2);
  const card = await finder.search("doctor");
  await expect(card.getByRole("listitem").nth(5)).toBeAttached();
  const { width } = (await finder.page.locator("body").boundingBox()) ?? { width: 0 };
  expect(width).toBe(360);
  expect(await finder.page.evaluate<number>("document.documentElement.scrollWidth")).toBe(360);
});

async function boxOf(locator: Locator): Promise<{ y: number; height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error("nothing is drawn there");
  return box;
}

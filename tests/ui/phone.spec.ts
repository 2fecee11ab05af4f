import { expect, type Locator } from "@playwright/test";
import { endlessName, expectIdleForGood, test, untilSearching, untilStopped } from "./fixtures.ts";

test.use({ viewport: { width: 360, height: 640 } });

test("on a phone Stop is pinned to the bottom and 48 px high", async ({ finder, server }) => {
  const card = await finder.startSearch();
  const pinned = finder.page.getByRole("button", { name: `Stop ${endlessName}` }).last();
  await finder.page.getByRole("button", { name: "New search" }).scrollIntoViewIfNeeded();
  await expect(pinned).toBeInViewport({ ratio: 1 });
  const box = await pinned.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(48);
  await pinned.click();
  await untilStopped(card);
  await expectIdleForGood(server);
});

test("a second tap where Stop was does not take the card off", async ({ finder }) => {
  const card = await finder.search(endlessName);
  await untilSearching(card);
  const inCard = async (button: Locator) => {
    const [{ y: top }, { y, height }] = [await boxOf(card), await boxOf(button)];
    return { top: y - top, bottom: y - top + height };
  };
  const stop = await inCard(finder.stopButton(card));
  await finder.stopButton(card).click();
  await untilStopped(card);
  const remove = await inCard(card.getByRole("button", { name: `Take off the list ${endlessName}` }));
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

test("after Search the match is in view without a gesture, and the form is one line", async ({ finder }) => {
  const { page, name } = finder;
  await name.fill("web");
  await name.press("Enter");
  const card = finder.card("web");
  // All of it, but for the half pixel that the list's frame may cut off.
  await expect(card.getByRole("listitem")).toBeInViewport({ ratio: 0.98 });
  await expect(name).toBeHidden();
  await expect(card.getByRole("button", { name: "Find next web" }), "the keyboard is away").toBeFocused();

  await page.getByRole("button", { name: "New search" }).click();
  await expect(name).toBeFocused();
  await expect(name).toHaveValue("web");
});

test("a card that goes away leaves the focus on what unfolds the form", async ({ finder }) => {
  const card = await finder.search("web");
  await card.getByRole("button", { name: "Take off the list web" }).click();
  await expect(finder.page.getByRole("button", { name: "New search" })).toBeFocused();
});

test.describe("320 px wide", () => {
  test.use({ viewport: { width: 320, height: 568 } });

  test("nothing is wider, also while searches and streams run", async ({ finder }) => {
    const { page } = finder;
    const width = async () => await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(await width()).toBe(320);
    await finder.startSearch();
    const on = page.getByRole("navigation").getByText("1 on");
    await expect(on).toBeVisible();
    await page.getByRole("link", { name: "Keyed streams" }).click();
    await page.getByRole("button", { name: "q", exact: true }).click();
    await expect(on).toHaveCount(2);
    for (const language of ["English", "中文", "日本語"]) {
      await page.getByRole("button", { name: language }).click();
      await expect(page.getByRole("button", { name: language })).toHaveAttribute("aria-pressed", "true");
      expect(await width(), language).toBe(320);
    }
  });
});

async function boxOf(locator: Locator): Promise<{ y: number; height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error("nothing is drawn there");
  return box;
}

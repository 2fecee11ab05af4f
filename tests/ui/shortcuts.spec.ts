import { expect, type Page } from "@playwright/test";
import { endlessName, test, untilSearching, untilStopped } from "./fixtures.ts";

const list = (page: Page, name = "Keys") => page.getByRole("dialog", { name });

test("? lists the keys, Esc closes the list and stops nothing, and the focus goes back", async ({
  finder,
}) => {
  const { page } = finder;
  const card = await finder.startSearch();
  const stop = finder.stopButton(card);
  await stop.focus();
  await page.keyboard.press("?");
  await expect(list(page)).toContainText("EscEsctwice within a second: stop all searches");
  await expect(list(page).getByRole("button", { name: "Close" })).toBeFocused();
  // A press on its words leaves the focus nowhere, and Esc still means the list.
  await list(page).getByText("Everywhere").click();
  await page.keyboard.press("Escape");
  await expect(list(page)).toBeHidden();
  await expect(stop).toBeFocused();
  await untilSearching(card);
  await page.keyboard.press("Escape");
  await untilStopped(card);
});

test("the list is opened and closed by mouse or touch", async ({ finder }) => {
  const { page } = finder;
  const opener = page.getByRole("button", { name: "Keys", exact: true });
  await expect(opener).toHaveAttribute("aria-keyshortcuts", "?");
  for (const close of [
    () => list(page).getByRole("button", { name: "Close" }).click(),
    () => page.mouse.click(5, 5),
  ]) {
    await opener.click();
    await expect(list(page)).toBeVisible();
    await close();
    await expect(list(page)).toBeHidden();
    await expect(opener).toBeFocused();
  }
});

test("the focus goes to the middle of the view when what had it is gone", async ({ finder }) => {
  const { page } = finder;
  const card = await finder.search("web");
  await expect(card).toContainText("Found after");
  await card.getByRole("button", { name: "Take off the list" }).focus();
  await page.keyboard.press("?");
  await expect(list(page)).toBeVisible();
  await page.evaluate(
    `document.activeElement.closest("dialog") && document.querySelector("[data-card]").remove()`,
  );
  await page.keyboard.press("Escape");
  await expect(finder.name).toBeFocused();
});

test("a ? that is typed into a field stays a character, and among the keys it is a key", async ({
  finder,
}) => {
  const { page } = finder;
  await finder.name.fill("");
  await finder.name.press("?");
  await expect(finder.name).toHaveValue("?");
  await page.getByRole("link", { name: "Keyed streams" }).click();
  await page.getByLabel("Another key").press("?");
  await expect(page.getByLabel("Another key")).toHaveValue("?");
  await page.getByRole("group", { name: "Keys" }).press("?");
  await expect(page.getByRole("article", { name: "?" })).toContainText("Running");
  await expect(list(page)).toBeHidden();
});

test("? can be turned off, and stays off", async ({ finder, address }) => {
  const { page } = finder;
  const opener = page.getByRole("button", { name: "Keys", exact: true });
  await opener.click();
  await page.getByLabel("The key ? opens this list").uncheck();
  await page.keyboard.press("Escape");
  await expect(opener).not.toHaveAttribute("aria-keyshortcuts");
  await page.keyboard.press("?");
  await expect(list(page)).toBeHidden();
  await finder.open(address);
  await opener.focus();
  await page.keyboard.press("?");
  await expect(list(page)).toBeHidden();
  await opener.click();
  await page.getByLabel("The key ? opens this list").check();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(list(page)).toBeVisible();
});

test("the list speaks the page's language", async ({ finder }) => {
  const { page } = finder;
  for (const [language, name, words] of [
    ["中文", "快捷键", "一秒内按两次：停止所有搜索"],
    ["日本語", "キー操作", "1秒以内に2回：すべての検索を停止"],
    ["English", "Keys", "twice within a second: stop all searches"],
  ] as const) {
    await page.getByRole("button", { name: language }).click();
    await page.getByRole("button", { name, exact: true }).click();
    await expect(list(page, name)).toContainText(words);
    await page.keyboard.press("Escape");
  }
});

test("the buttons that stop say which key does the same", async ({ finder }) => {
  const { page } = finder;
  const card = await finder.startSearch();
  await finder.startSearch("connectconnect");
  const stop = finder.stopButton(card);
  await expect(stop).toHaveAttribute("title", "Esc stops the search that has the focus, else the latest.");
  await expect(stop).toHaveAttribute("aria-keyshortcuts", "Escape");
  const stopAll = page.getByRole("button", { name: "Stop all" }).first();
  await expect(stopAll).toHaveAttribute("title", "Esc Esc stops all.");
  await stop.click();
  await untilStopped(card);
  const again = card.getByRole("button", { name: `Continue ${endlessName}` });
  await expect(again, "Esc does not continue").not.toHaveAttribute("title", /Esc/);
  await expect(again).not.toHaveAttribute("aria-keyshortcuts");
});

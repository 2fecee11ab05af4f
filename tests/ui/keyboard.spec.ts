import { expect, type Locator } from "@playwright/test";
import { endlessName, expectIdleForGood, test, untilSearching, untilStopped } from "./fixtures.ts";

test("a search is started, stopped and continued with the keyboard alone", async ({ finder, server }) => {
  const { keyboard } = finder.page;
  await expect(finder.name).toBeFocused();
  await keyboard.type(endlessName);
  await keyboard.press("Enter");
  const card = finder.card(endlessName);
  await untilSearching(card);
  await expect(finder.name).toBeFocused();

  const stop = finder.stopButton(card);
  for (let presses = 0; presses < 10 && !(await isFocused(stop)); presses++) await keyboard.press("Tab");
  await keyboard.press("Enter");
  await untilStopped(card);
  await expect(card.getByRole("button", { name: "Continue" }), "focus stays in its place").toBeFocused();

  await keyboard.press("Enter");
  await untilSearching(card);
  await expect(stop).toBeFocused();
  await keyboard.press("Escape");
  await untilStopped(card);
  await expectIdleForGood(server);
  await server.untilLogged({ reason: "Esc" });
});

test("Esc stops the focused search, else the latest", async ({ finder }) => {
  const older = await finder.startSearch();
  const newer = await finder.startSearch("connectconnect");

  await finder.stopButton(older).focus();
  await finder.page.keyboard.press("Escape");
  await untilStopped(older);
  await untilSearching(newer);

  await finder.name.focus();
  await finder.page.keyboard.press("Escape");
  await untilStopped(newer);
});

test("Esc twice within a second stops all", async ({ finder, server }) => {
  const names = [endlessName, "connectconnect", "grpcgrpcgrpc"];
  for (const name of names) await finder.startSearch(name);
  await finder.page.keyboard.press("Escape");
  await finder.page.keyboard.press("Escape");
  for (const name of names) await untilStopped(finder.card(name));
  await expectIdleForGood(server);
});

test("the matches are one stop of Tab, and arrow keys choose its row and button", async ({ finder }) => {
  const { page } = finder;
  const { keyboard } = page;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await finder.limit("Hashes", "1,000,000");
  await finder.showEveryNearMissUpTo(1);
  const card = await finder.search("doctor");
  await expect(card).toContainText("Budget spent");
  const list = card.getByRole("list", { name: "Found for doctor" });
  const copies = list.getByRole("button", { name: /^Copy bytes of the (match|near miss) / });
  expect(await copies.count()).toBeGreaterThan(2);

  const hint = card.getByText("Arrow keys choose a row and its button, Enter presses it.");
  await card.getByRole("button", { name: "Take off the list" }).focus();
  await expect(hint).toBeHidden();
  await keyboard.press("Tab");
  await expect(list).toBeFocused();
  await expect(list).toHaveAccessibleDescription("Arrow keys choose a row and its button, Enter presses it.");
  await expect(hint).toBeVisible();
  await keyboard.press("Tab");
  await expect(card.getByRole("button", { name: "CSV" })).toBeFocused();
  await expect(hint).toBeHidden();
  await keyboard.press("Shift+Tab");

  await keyboard.press("ArrowDown");
  await keyboard.press("ArrowDown");
  await expect(copies.nth(1)).toBeFocused();
  await expect(hint).toBeVisible();
  await keyboard.press("Enter");
  await expect(list.getByRole("button", { name: /^Copied of the (match|near miss) / })).toBeFocused();
  const secret = (await list.locator(".secret code").nth(1).textContent()) ?? "none";
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(secret);
  await keyboard.press("ArrowRight");
  const checks = list.getByRole("button", { name: /^Check of the (match|near miss) / });
  await expect(checks.nth(1)).toBeFocused();
  await keyboard.press("ArrowUp");
  await expect(checks.first(), "up and down stay in their column").toBeFocused();
  await keyboard.press("ArrowDown");
  await expect(checks.nth(1)).toBeFocused();

  await keyboard.press("End");
  await expect(list.getByRole("button").last()).toBeFocused();
  await keyboard.press("ArrowDown");
  await expect(list.getByRole("button").last()).toBeFocused();
  await keyboard.press("Home");
  await expect(copies.first()).toBeFocused();
  await keyboard.press("ArrowUp");
  await expect(list).toBeFocused();
});

test("focus stays in the matches when a better one displaces its row, and Esc stops their search", async ({
  finder,
}) => {
  await finder.showEveryNearMissUpTo(8);
  const card = await finder.search(endlessName);
  await expect(card).toContainText("Best 500 shown");
  const newer = await finder.search("connectconnect");
  await untilSearching(newer);
  const list = card.getByRole("list", { name: `Found for ${endlessName}` });
  const { page } = finder;
  await page.evaluate(`
    window.focused = [];
    document.addEventListener("focusin", ({ target }) => window.focused.push(target));
  `);
  await list.focus();
  await page.keyboard.press("End");
  await expect.poll(() => page.evaluate("window.focused.some((row) => !row.isConnected)")).toBe(true);
  await expect(list).toBeFocused();
  await page.keyboard.press("Escape");
  await untilStopped(card);
  await untilSearching(newer);
});

async function isFocused(button: Locator): Promise<boolean> {
  return await button.and(button.page().locator(":focus")).isVisible();
}

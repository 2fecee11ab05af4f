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
  const older = await finder.search(endlessName);
  await untilSearching(older);
  const newer = await finder.search("connectconnect");
  await untilSearching(newer);

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
  for (const name of names) await untilSearching(await finder.search(name));
  await finder.page.keyboard.press("Escape");
  await finder.page.keyboard.press("Escape");
  for (const name of names) await untilStopped(finder.card(name));
  await expectIdleForGood(server);
});

async function isFocused(button: Locator): Promise<boolean> {
  return await button.and(button.page().locator(":focus")).isVisible();
}

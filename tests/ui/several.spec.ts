import { expect } from "@playwright/test";
import { endlessName, expectIdleForGood, test, untilSearching, untilStopped } from "./fixtures.ts";

const names = [endlessName, "connectconnect", "grpcgrpcgrpc"] as const;

test("several searches run at once, and Stop all ends them all", async ({ finder, server }) => {
  for (const name of names) await finder.startSearch(name);
  await finder.page.getByRole("button", { name: "Stop all" }).click();
  for (const name of names) await untilStopped(finder.card(name));
  await expectIdleForGood(server);
  await expect(finder.page.getByRole("button", { name: "Stop all" })).toBeHidden();
  await expect(finder.card(names[2]).getByRole("button", { name: "Continue" })).toBeFocused();
  await server.untilLogged({ reason: "Stop all" });
});

test("Stop ends one search and leaves the others running", async ({ finder }) => {
  for (const name of names) await finder.startSearch(name);
  const [first, second] = [finder.card(names[0]), finder.card(names[1])];
  await finder.stopButton(first).click();
  await untilStopped(first);
  await expect(first).toContainText("done with it");
  await untilSearching(second);
  await expect(finder.page.getByRole("region", { name: "Server now" })).toContainText("2 (yours 2)");
});

test("an ended search can be taken off the page", async ({ finder }) => {
  const card = await finder.search("go");
  await expect(card).toContainText("Found after");
  await card.getByRole("button", { name: "Take off the list go" }).click();
  await expect(card).toHaveCount(0);
  await expect(finder.name).toBeFocused();
});

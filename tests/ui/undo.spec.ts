import { expect, type Page } from "@playwright/test";
import { patient } from "../../scripts/test-limits.ts";
import { type Finder, test, untilStopped } from "./fixtures.ts";

const history = (page: Page) => page.getByRole("region", { name: "History", exact: true });
const listed = (page: Page) => history(page).locator(".entry-name b");
const undo = (page: Page) => page.getByRole("button", { name: "Undo", exact: true });
const remove = (page: Page, name: string) =>
  history(page).getByRole("button", { name: `Delete ${name}`, exact: true });

/** Searches for these names, and finds them in the history of a page that is opened anew. */
async function inHistory(finder: Finder, names: readonly string[]): Promise<void> {
  for (const name of names) await (await finder.search(name)).getByText("Found after").waitFor();
  await finder.page.reload();
  await expect(listed(finder.page)).toHaveText([...names].reverse());
}

/** Each text that the page's live region says from now on. */
async function heard(page: Page): Promise<readonly string[]> {
  const said: string[] = [];
  await page.exposeFunction("noteSaid", (text: string) => said.push(text));
  await page.evaluate(`{
    const status = document.querySelector("[role=status]");
    new MutationObserver(() => noteSaid(status.textContent)).observe(status, { characterData: true, childList: true, subtree: true });
  }`);
  return said;
}

test("a search that is taken off the list says where it went, and comes back to its place", async ({
  finder,
}) => {
  const { page } = finder;
  for (const name of ["go", "web", "abc"])
    await (await finder.search(name)).getByText("Found after").waitFor();
  const said = await heard(page);
  await finder.card("web").getByRole("button", { name: "Take off the list" }).click();
  await expect(page.getByRole("region", { name: "web is in the history now." })).toBeVisible();
  await expect(finder.status).toContainText("web is in the history now.");
  await expect(listed(page)).toHaveText(["web"]);
  await undo(page).click();
  await expect(finder.card("web").getByRole("button", { name: "Find next" })).toBeFocused();
  await expect(page.getByRole("article").getByRole("heading")).toHaveText(["abc", "web", "go"]);
  await expect(history(page)).toBeHidden();
  await expect(undo(page)).toBeHidden();
  await expect(finder.status).toContainText("Undone.");
  for (const line of ["web is in the history now.", "Undone."])
    expect(
      said.filter((text) => text.includes(line)),
      "it is said once",
    ).toHaveLength(1);
});

test("by keyboard, what is deleted from the history comes back under the next key", async ({ finder }) => {
  const { page } = finder;
  await inHistory(finder, ["go", "web", "abc"]);
  await remove(page, "web").focus();
  await page.keyboard.press("Enter");
  await expect(listed(page)).toHaveText(["abc", "go"]);
  await expect(undo(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(listed(page)).toHaveText(["abc", "web", "go"]);
  await expect(remove(page, "web")).toBeFocused();
});

test("a row that is deleted leaves the focus on the next one, the last on the name", async ({ finder }) => {
  const { page } = finder;
  await inHistory(finder, ["go", "web", "abc"]);
  await remove(page, "web").click();
  await expect(remove(page, "go")).toBeFocused();
  await remove(page, "go").click();
  await expect(remove(page, "abc")).toBeFocused();
  await remove(page, "abc").click();
  await expect(finder.name).toBeFocused();
  await expect(history(page)).toBeHidden();
});

test("the offer to undo goes away by itself, but not while somebody is in it", async ({ finder }) => {
  const { page } = finder;
  await page.clock.install();
  await inHistory(finder, ["go", "web"]);
  await remove(page, "web").focus();
  await page.keyboard.press("Enter");
  await expect(undo(page)).toBeFocused();
  await page.clock.runFor(60_000);
  await expect(undo(page), "the focus is not lost").toBeFocused();
  await page.keyboard.press("Tab");
  await page.clock.runFor(9_000);
  await expect(undo(page)).toBeVisible();
  await page.clock.runFor(2_000);
  await expect(undo(page)).toBeHidden();
  await expect(page.locator(":focus"), "nor then").toHaveCount(1);
  await page.reload();
  await expect(listed(page)).toHaveText(["go"]);
});

test("the history that was cleared comes back, also after a reload, and is gone when nobody asks", async ({
  finder,
}) => {
  const { page } = finder;
  await inHistory(finder, ["go", "web"]);
  const clear = page.getByRole("button", { name: "Clear history" });
  await clear.click();
  await expect(history(page)).toBeHidden();
  await undo(page).click();
  await expect(listed(page)).toHaveText(["web", "go"]);
  await expect(remove(page, "web")).toBeFocused();

  await clear.click();
  await expect(undo(page)).toBeVisible();
  await page.reload();
  await expect(page.getByRole("region", { name: "The history is empty now." })).toBeVisible();
  await expect(history(page)).toBeHidden();
  await undo(page).click();
  await expect(listed(page)).toHaveText(["web", "go"]);

  await clear.click();
  await expect(undo(page)).toBeVisible();
  await page.mouse.move(0, 0);
  await expect(undo(page)).toBeHidden({ timeout: patient(15_000) });
  await page.reload();
  await expect(page.getByText("Server: connected")).toBeVisible();
  await expect(history(page)).toBeHidden();
  await expect(undo(page)).toBeHidden();
});

test("a reload right after the click loses neither the removal nor its undo", async ({ finder }) => {
  const { page } = finder;
  await inHistory(finder, ["go", "web"]);
  const clickAndReload = (name: string) =>
    page.evaluate(`{
      [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "${name}").click();
      location.reload();
    }`);
  for (let round = 0; round < 5; round++) {
    await clickAndReload("Clear history");
    await expect(undo(page)).toBeVisible();
    await expect(history(page)).toBeHidden();
    await clickAndReload("Undo");
    await expect(listed(page)).toHaveText(["web", "go"]);
  }
});

test("what one tab deletes goes from the others, and comes back with its undo", async ({
  finder,
  server,
  context,
}) => {
  const { page } = finder;
  await inHistory(finder, ["go", "web"]);
  const other = await context.newPage();
  await other.goto(server.url);
  await expect(listed(other)).toHaveText(["web", "go"]);
  await remove(page, "go").click();
  await expect(listed(other)).toHaveText(["web"]);
  await expect(undo(other), "only who removed it may undo it").toBeHidden();
  await undo(page).click();
  await expect(listed(other)).toHaveText(["web", "go"]);
});

test("on a phone of 320 px the history with its bar is no wider, in Japanese too", async ({ finder }) => {
  const { page } = finder;
  await page.setViewportSize({ width: 320, height: 640 });
  const card = await finder.startSearch();
  await finder.stopButton(card).click();
  await untilStopped(card);
  await page.getByRole("button", { name: "日本語" }).click();
  await card.getByRole("button", { name: "一覧から外す" }).click();
  await expect(page.getByRole("button", { name: "元に戻す" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^続行/ })).toBeVisible();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
});

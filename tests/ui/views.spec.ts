import { expect, type Locator, type Page } from "@playwright/test";
import { endlessName, test, untilSearching } from "./fixtures.ts";

const pad = (page: Page): Locator => page.getByRole("group", { name: "Keys", exact: true });
const link = (page: Page, name: string): Locator => page.getByRole("link", { name, exact: true });

test("Back and Forward show the view that the address names, also after a name was typed", async ({
  finder,
}) => {
  const { page, name } = finder;
  await link(page, "Keyed streams").click();
  await expect(pad(page)).toBeFocused();
  await link(page, "Searches").click();
  await name.pressSequentially("doctor");
  // The half second in which a person looks up: the address has followed the form.
  await expect(page).toHaveURL(/\?name=doctor#searches$/);

  await page.goBack();
  await expect(page).toHaveURL(/#streams$/);
  await expect(pad(page)).toBeFocused();
  await expect(link(page, "Keyed streams")).toHaveAttribute("aria-current", "page");
  await expect(name).toHaveCount(0);

  await page.goForward();
  await expect(page).toHaveURL(/\?name=doctor#searches$/);
  await expect(name).toHaveValue("doctor");
  await link(page, "Keyed streams").click();
  await expect(pad(page)).toBeFocused();
});

test("what was typed outlives a look at the other view, and the address says what the form says", async ({
  finder,
  address,
}) => {
  const { page, name } = finder;
  await name.fill("doctor");
  await finder.limit("Hashes", "5,000");
  // At once, before the address has followed.
  await link(page, "Keyed streams").click();
  await expect(pad(page)).toBeFocused();
  await link(page, "Searches").click();
  await expect(name).toHaveValue("doctor");
  await expect(page).toHaveURL(`${address}/?name=doctor&hashes=5%2C000#searches`);
  await name.fill("web");
  await expect(page).toHaveURL(`${address}/?name=web&hashes=5%2C000#searches`);
  for (const view of ["#streams", ""]) {
    await page.goBack();
    await expect(page).toHaveURL(`${address}/?name=web&hashes=5%2C000${view}`);
  }
  await expect(name).toHaveValue("web");
});

test("Back to the searches with the keyboard leads into the name, a pressed link keeps the focus", async ({
  finder,
}) => {
  const { page, name } = finder;
  await link(page, "Keyed streams").press("Enter");
  await expect(pad(page)).toBeFocused();
  await page.goBack();
  await expect(name).toBeFocused();
  await link(page, "Keyed streams").press("Enter");
  await expect(pad(page)).toBeFocused();
  await link(page, "Searches").press("Enter");
  await expect(name).toBeVisible();
  await expect(link(page, "Searches")).toBeFocused();
});

test("each view has its own title, and the searches' state stands before it", async ({ finder }) => {
  const { page } = finder;
  await expect(page).toHaveTitle("Hash Finder");
  await link(page, "Keyed streams").click();
  await expect(page).toHaveTitle("Keyed streams – Hash Finder");
  await page.goBack();
  await expect(page).toHaveTitle("Hash Finder");
  await untilSearching(await finder.search(endlessName));
  await page.getByRole("link", { name: "Keyed streams" }).click();
  await expect(page).toHaveTitle(`Searching ${endlessName} – Keyed streams – Hash Finder`);
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page).toHaveTitle(`正在搜索 ${endlessName} – 按键流 – Hash Finder`);
});

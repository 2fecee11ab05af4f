import { expect } from "@playwright/test";
import { readActivity } from "../support/activity.ts";
import { test } from "./fixtures.ts";

test("a name that no hash can contain is refused with a sentence, before anything is sent", async ({
  finder,
  server,
}) => {
  const wrong = '"!" never appears in these hashes. Use letters, digits, + or /, and = only at the end.';
  await finder.search("go!");
  await expect(finder.name).toHaveAccessibleDescription(wrong);
  await expect(finder.name).toHaveAttribute("aria-invalid", "true");
  await expect(finder.name).toBeFocused();
  await expect(finder.status).toHaveText(`Not started: ${wrong}`);
  await expect(finder.page.getByRole("article")).toHaveCount(0);
  expect((await readActivity(server.url)).hashesComputed).toBe(0n);

  await finder.name.fill("go");
  await expect(finder.name).toHaveAttribute("aria-invalid", "false");
  await finder.name.press("Enter");
  await expect(finder.card("go")).toContainText("Found after");
});

test("why no hash contains a name is said in the page's language, and once it is refused only at the field", async ({
  finder,
}) => {
  const { page, name } = finder;
  const impossible = "abcdefghijklmnopqrstuvwxyz1=";
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByLabel("名称").fill(impossible);
  await expect(page.getByText("任何哈希要包含此名称，都至少会错1个字符。")).toHaveCount(1);
  await page.getByRole("button", { name: "English" }).click();
  const told = page.locator("form").getByText("No hash contains this name without at least 1 wrong letter.");
  await expect(told).toHaveCount(1);
  await name.press("Enter");
  await expect(name).toHaveAccessibleDescription(/^No hash contains this name/);
  await expect(told).toHaveCount(1);
});

test("an empty name is refused", async ({ finder }) => {
  await finder.searchButton.click();
  await expect(finder.name).toHaveAccessibleDescription(
    "The name is empty. Type 1 to 28 letters, digits, + or /.",
  );
});

test("more wrong letters than the name has are refused at their own field", async ({ finder }) => {
  const wrongAllowed = finder.page.getByLabel("Wrong letters allowed");
  await finder.name.fill("doctor");
  await wrongAllowed.selectOption("5");
  await finder.search("go");
  await expect(wrongAllowed).toBeFocused();
  await expect(wrongAllowed).toHaveAccessibleDescription(/0 to 2, the length of the name/);
});

test("a limit that is no number is refused", async ({ finder }) => {
  const hashes = finder.page.getByLabel("Hashes", { exact: true });
  await finder.limit("Hashes", "many");
  await finder.search("go");
  await expect(hashes).toHaveAccessibleDescription(/Type a whole number/);
  await expect(hashes).toBeFocused();
});

test("the limits stay open, and the focus in them, while they are corrected", async ({ finder }) => {
  const { page, name } = finder;
  const hashes = page.getByLabel("Hashes", { exact: true });
  await finder.limit("Hashes", "many");
  await finder.search("go");
  await expect(hashes).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("50,000");
  await expect(hashes).toHaveAttribute("aria-invalid", "false");
  await expect(hashes).toBeFocused();
  await expect(hashes).toHaveValue("50,000");
  await page.keyboard.press("Enter");
  await expect(finder.card("go")).toContainText("Found after");
  await page.getByText("Limits", { exact: true }).click();
  await name.fill("grpc");
  await expect(hashes, "closed by a person they stay closed").toBeHidden();
});

test("limits that are closed open when they are refused, and take the focus", async ({ finder }) => {
  const { page } = finder;
  await finder.limit("Time in seconds", "-1");
  await page.getByText("Limits", { exact: true }).click();
  await expect(page.getByLabel("Time in seconds")).toBeHidden();
  await finder.search("go");
  await expect(page.getByLabel("Time in seconds")).toBeFocused();
  await expect(page.getByLabel("Time in seconds")).toHaveAccessibleDescription(/Type a number above 0/);
});

test("the one choice of near misses decides between Find and FindRange", async ({ finder }) => {
  const { page } = finder;
  await expect(page.getByRole("radio")).toHaveCount(0);
  for (const [call, press] of [
    ["Find", async () => {}],
    ["FindRange", async () => await finder.nearMisses.check()],
    ["Find", async () => await finder.nearMisses.uncheck()],
    // To choose how many may be wrong is to want them.
    ["FindRange", async () => await finder.mostWrong.selectOption("1")],
  ] as const) {
    await press();
    const called = page.waitForRequest(/HashFinder\/Find/);
    await finder.search("web");
    expect(new URL((await called).url()).pathname).toMatch(new RegExp(`/${call}$`));
  }
});

test("the former mode in a link is understood, and leaves the address", async ({ finder, address }) => {
  const { page } = finder;
  await finder.open(`${address}/?name=grpc&show=2&mode=first`);
  await expect(finder.nearMisses).not.toBeChecked();
  await expect(page).toHaveURL(`${address}/?name=grpc`);
  await finder.open(`${address}/?name=grpc&show=2&mode=every`);
  await expect(finder.nearMisses).toBeChecked();
  await expect(finder.mostWrong).toHaveValue("2");
  await expect(page).toHaveURL(`${address}/?name=grpc&show=2`);
});

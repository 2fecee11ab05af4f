import { expect } from "@playwright/test";
import { test } from "./fixtures.ts";

test("a newcomer reads what happens here, in each language, and sees it in a picture", async ({ finder }) => {
  const { page } = finder;
  for (const [language, sentence] of [
    ["English", "until a fingerprint spells your name"],
    ["中文", "直到某个指纹里出现你要的名称"],
    ["日本語", "指紋の中に目当ての名前が現れるまで"],
  ] as const) {
    await page.getByRole("button", { name: language }).click();
    await expect(page.getByText(sentence)).toBeInViewport({ ratio: 1 });
    await expect(page.locator(".picture mark")).toHaveText("dOcToR");
    await expect(finder.page.locator("[name=desired_name]")).toBeInViewport({ ratio: 1 });
  }
});

test("an example that is pressed runs, and its hit comes into view", async ({ finder }) => {
  const { page } = finder;
  for (const { press, name, wrong } of [
    { press: "abc", name: "abc", wrong: "0" },
    { press: "grpc", name: "grpc", wrong: "0" },
    { press: "doctor, 1 wrong letter", name: "doctor", wrong: "1" },
  ]) {
    await page.getByRole("button", { name: press, exact: true }).click();
    const match = finder.card(name).getByRole("listitem");
    await expect(match.locator("mark")).toHaveText(new RegExp(`^.{${name.length}}$`));
    await expect(match).toBeInViewport({ ratio: 0.9 });
    await expect(finder.card(name)).toContainText("Found after");
    await expect(finder.name, "the form says what was searched for").toHaveValue(name);
    await expect(page.getByLabel("Wrong letters allowed")).toHaveValue(wrong);
  }
});

test("who has searched before sees one line of it, and can open it", async ({ finder }) => {
  const { page } = finder;
  const sentence = page.getByText("until a fingerprint spells your name");
  await expect(sentence).toBeVisible();
  await page.reload();
  await expect(sentence, "to look is not to search").toBeVisible();
  await expect(await finder.search("web")).toContainText("Found after");
  await expect(sentence, "nothing jumps away while it is read").toBeVisible();
  await page.reload();
  await expect(finder.name).toBeFocused();
  await expect(sentence).toBeHidden();
  await page.getByText("What happens here").click();
  await expect(sentence).toBeVisible();
});

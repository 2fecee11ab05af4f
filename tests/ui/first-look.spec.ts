import { createHash } from "node:crypto";
import { expect, type Locator } from "@playwright/test";
import { test, untilStopped } from "./fixtures.ts";

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

const sample = (card: Locator): Locator => card.locator(".sample");

/** The candidate and the hash that the card shows, checked against each other. */
async function checkedSample(card: Locator): Promise<string> {
  const [bytes = "", hash = ""] = await sample(card).locator("code").allTextContents();
  const secret = Buffer.from(bytes.replaceAll(" ", ""), "hex");
  expect(createHash("sha1").update(secret).digest("base64")).toBe(hash);
  return bytes;
}

test("candidates and their hashes flick by, and Stop freezes them at the last one tried", async ({
  finder,
}) => {
  const card = await finder.startSearch();
  await expect(sample(card)).toContainText(/^Candidate/);
  const first = await checkedSample(card);
  await expect(sample(card)).not.toContainText(first);
  await checkedSample(card);

  await finder.stopButton(card).click();
  await untilStopped(card);
  await expect(sample(card)).toContainText(/^Last candidate tried/);
  const last = await checkedSample(card);
  // What runs beside it does not move it.
  await expect(await finder.search("web")).toContainText("Found after");
  expect(await checkedSample(card)).toBe(last);
});

test("a hit lights up in the same place", async ({ finder }) => {
  const card = await finder.search("web");
  await expect(sample(card).locator("mark")).toHaveText(/^web$/i);
  await checkedSample(card);
});

test("with reduced motion the line changes once a second at most", async ({ finder }) => {
  const { page } = finder;
  await page.emulateMedia({ reducedMotion: "reduce" });
  const card = await finder.startSearch();
  await expect(sample(card)).toContainText(/^Candidate/);
  // As text, because this project's checks know no DOM outside of web/.
  const gaps = await page.evaluate<number[]>(
    `new Promise((resolve) => {
      const line = document.querySelector(".sample");
      const at = [];
      let shown = line.textContent;
      new MutationObserver(() => {
        if (line.textContent === shown) return;
        shown = line.textContent;
        at.push(performance.now());
        if (at.length === 4) resolve(at.slice(1).map((time, i) => time - at[i]));
      }).observe(line, { subtree: true, childList: true, characterData: true });
    })`,
  );
  for (const gap of gaps) expect(gap).toBeGreaterThan(900);
});

test("workers, hashes and candidates are explained on hover and on focus, and Esc stops nothing there", async ({
  finder,
}) => {
  const { page } = finder;
  const card = await finder.startSearch();
  for (const [word, definition] of [
    ["Workers busy", "A thread of the server that tries candidates."],
    ["Hashes a second", "The SHA-1 of a candidate"],
    ["Candidate", "A string of bytes to be tried."],
  ] as const) {
    const term = page.getByRole("button", { name: word, exact: true });
    const told = page.getByText(definition);
    await expect(told).toBeHidden();
    await term.hover();
    await expect(told).toBeVisible();
    await page.mouse.move(0, 0);
    await expect(told).toBeHidden();
    for (const open of [() => term.focus(), () => term.hover()]) {
      await finder.name.focus();
      await page.mouse.move(0, 0);
      await open();
      await expect(told).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(told).toBeHidden();
    }
  }
  await expect(finder.stopButton(card), "the search runs on").toBeVisible();
  await page.mouse.move(0, 0);
  await page.keyboard.press("Escape");
  await untilStopped(card);
});

test("keyed streams say what they have to do with searches, with the source", async ({ finder }) => {
  const { page } = finder;
  await page.getByRole("link", { name: "Keyed streams" }).click();
  await expect(page.getByText("A search is one long call, keys are many short ones")).toBeVisible();
  for (const [name, source] of [
    ["gRPC's HashFinder", "https://github.com/grpc/grpc/tree/master/examples/python/cancellation"],
    ["the published Message.Stream (in Japanese)", "https://qiita.com/crambon/items/9a28ed9df18aa2274c6e"],
  ] as const)
    await expect(page.getByRole("link", { name })).toHaveAttribute("href", source);
});

import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { patient } from "../../scripts/test-limits.ts";
import { endlessName, test } from "./fixtures.ts";

test("the odds are told while typing, with the time that a server takes which has never searched", async ({
  finder,
}) => {
  const odds = finder.page.locator("#odds-line p").first();
  await expect(odds).toHaveText("Type a name to see its odds.");
  await finder.name.fill("doctors");
  await expect(odds).toHaveText(/^About 1 in [\d.]+ billion hashes; here about every \d.*\s(s|min)\.$/);
  await finder.name.fill("do");
  await expect(odds).toHaveText(/^About 1 in [\d.]+ hashes; here about [\d.,]+ (million )?times a second\.$/);
});

test.describe("a server that has not measured its kernel", () => {
  test.use({ serverArgs: ["--maximum-hashes", "0", "--kernel", "simd-x4"] });

  test("the odds are told with the time once it has been seen at work", async ({ finder }) => {
    const odds = finder.page.locator("#odds-line p").first();
    await finder.name.fill("doctor");
    await expect(odds).toHaveText("About 1 in 51 million hashes.");
    await expect(finder.searchButton).toHaveAccessibleDescription(/^About 1 in 51 million hashes\./);
    await finder.page.getByLabel("Wrong letters allowed").selectOption("2");
    await expect(odds).toHaveText("About 1 in 3,350 hashes.");
    await finder.page.getByLabel("Wrong letters allowed").selectOption("0");

    const card = await finder.search(endlessName);
    await expect(card).toContainText(/a second\./);
    await finder.name.fill("doctor");
    await expect(odds).toHaveText(/^About 1 in 51 million hashes; here about every \d+(\.\d)?\sm?s\.$/);
    await finder.stopButton(card).click();
    await expect(odds).toHaveText(/here about every/);
  });

  test("a flood is announced before it starts", async ({ finder }) => {
    await finder.name.fill("doctor");
    await finder.showEveryNearMissUpTo(2);
    await expect(finder.page.getByText("A flood")).toHaveCount(0);
    await finder.showEveryNearMissUpTo(3);
    await expect(
      finder.page.getByText(/A flood of near misses: .* about 1 in 79\.4 hashes is one/),
    ).toBeVisible();
  });
});

test.describe("a server that keeps a hash credit", () => {
  const credit = ["--hash-credit", "3000000", "--hash-credit-per-second", "1"];
  test.use({ serverArgs: ["--maximum-hashes", "0", ...credit] });

  test("what is left of it is told before Search, holds in the odds, and ends the search", async ({
    finder,
  }) => {
    const odds = finder.page.locator("#odds-line");
    await expect(odds).toContainText(
      "You have 3 million of 3 million hashes left. Each second brings back 1.",
    );
    await finder.name.fill("doctorwho");
    await expect(odds).toContainText("Chance within the limits (3 million hashes,");
    const card = await finder.search(endlessName);
    await expect(card).toContainText(/Your hash credit ran out after 3,000,0\d\d hashes of this search\./);
    await expect(odds).toContainText(/You have \d+ of 3 million hashes left\./);
    const refused = await finder.search(endlessName);
    await expect(refused).toContainText(
      "Not started: too little of your hash credit is left. Try again in about",
    );
  });

  test.describe("of some seconds' work", () => {
    test.use({
      serverArgs: ["--maximum-hashes", "0", "--hash-credit", "2000000000", "--hash-credit-per-second", "1"],
    });

    test("a search that runs will end with it, and not at the time limit", async ({ finder }) => {
      const card = await finder.startSearch();
      await expect(card.locator(".chance-next")).toContainText(/at the limit, in [\d.]+\ss$/);
      await finder.stopButton(card).click();
    });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing in what is left of it, 320 px wide, ${colorScheme}`, async ({ finder }) => {
      const { page } = finder;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 320, height: 800 });
      await expect(page.locator("#odds-line")).toContainText("3 million hashes left");
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations).toEqual([]);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width, "as wide as its window").toBeLessThanOrEqual(320);
    });
  }
});

test.describe("a server with its limits", () => {
  test.use({ serverArgs: ["--maximum-hashes", "5000000", "--maximum-seconds", "100"] });

  test("the chance within the limits is told before, and the chance bar ends where they do", async ({
    finder,
  }) => {
    const within = finder.page.locator("#odds-line .within");
    await finder.name.fill("doctorwho");
    await expect(within).toHaveText(
      /^Chance within the limits \(5 million hashes, 1\smin 40\ss\): less than 0\.1\s%\. For 50\s% it takes [\d.]+ trillion hashes, about/,
    );
    await expect(finder.searchButton).toHaveAccessibleDescription(/Chance within the limits/);
    await finder.limit("Hashes", "1000");
    await expect(within).toContainText("(1,000 hashes,");
    await finder.limit("Hashes", "6,000,000");
    await expect(finder.page.getByText("More than the server gives: it stops at 5,000,000.")).toBeVisible();
    await finder.limit("Time in seconds", "101");
    await expect(
      finder.page.getByText(/More than the server gives: it stops after 1\smin 40\ss\./),
    ).toBeVisible();
    await finder.limit("Time in seconds", "");
    await expect(within).toContainText("(5 million hashes,");
    // Ten times as many hashes as a match takes on average.
    await finder.name.fill("doc");
    await expect(within).toHaveText(/: more than 99\.9\s%\.$/);
  });
});

test.describe("a server with a limit of 20 s", () => {
  test.use({ serverArgs: ["--maximum-hashes", "0", "--maximum-seconds", "20"] });

  test("no mark of the chance bar stands beyond the limit", async ({ finder }) => {
    const card = await finder.startSearch();
    await expect(card).toContainText(/less than 0\.1\s% at the limit, in 1\d\ss/);
    await expect(card.locator("[data-mark]")).toHaveCount(0);
    await expect(card).not.toContainText("50\u00a0% after");
  });
});

test("a flood that would be slowed by its listing promises no speed", async ({ finder }) => {
  await finder.name.fill("go");
  await finder.page.getByLabel("Wrong letters allowed").selectOption("0");
  await finder.name.fill(endlessName);
  await finder.showEveryNearMissUpTo(9);
  const odds = finder.page.locator("#odds-line");
  await expect(odds).toContainText("Listing them takes far longer than hashing");
  await expect(odds).not.toContainText(/a second|here about|here less/);
});

test("a name that cannot occur is said before it is sent", async ({ finder }) => {
  await finder.name.fill("x9/=");
  await expect(finder.page.locator("#odds-line p").first()).toHaveText(/^No hash contains this name/);
});

test("typing over the heaviest names never holds the page up for 50 ms", async ({ finder }) => {
  const { page } = finder;
  await page.evaluate(`
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask" });
  `);
  await page.getByLabel("Wrong letters allowed").selectOption("11");
  await finder.name.pressSequentially("abcdefghijklmn");
  await expect(page.locator("#odds-line p").first()).toContainText("About 1 in 8.2 hashes");
  expect(await page.evaluate("window.longTasks")).toEqual([]);
  // The answers for the names that were typed over do not show up later.
  await finder.name.fill("doctor");
  await page.getByLabel("Wrong letters allowed").selectOption("0");
  await expect(page.locator("#odds-line p").first()).toContainText("About 1 in 51 million hashes");
});

test("a running search shows its chance by now, and found beside expected", async ({ finder }) => {
  await finder.showEveryNearMissUpTo(6);
  const card = await finder.search(endlessName);
  const bar = card.getByRole("meter", { name: "Chance by now" });
  await expect(bar).toHaveAttribute("aria-valuetext", /^less than 0\.1\s%$/);
  await expect(card).toContainText("No memory: the next minute is as likely as the first.");
  await expect(card).toContainText(/less than 0\.1\s% at the limit, in 1\smin/);
  const ladder = card.getByRole("table", { name: `Found for ${endlessName}, and expected by chance` });
  await expect(ladder.getByRole("row")).toHaveCount(8);
  await expect(ladder.getByRole("row").last()).toHaveText(/^6\d+[\d<]/);
  const { x, y } = (await ladder.boundingBox()) ?? {};
  await finder.stopButton(card).click();
  await expect(bar).toHaveCount(0);
  expect(await ladder.boundingBox(), "it stays where it was").toMatchObject({ x, y });
});

test("when the budget is spent, the chance of a match by then is told", async ({ finder }) => {
  await finder.limit("Hashes", "10,000,000");
  const card = await finder.search("hashing");
  await expect(card).toContainText(
    "Budget spent: 10,000,000 hashes. The chance of a match by then was 0.6 %.",
    { timeout: patient(25_000) },
  );
});

test("odds that could not be computed without the server are there once it is", async ({ finder }) => {
  const { page } = finder;
  await page.route("**/worker*.js", (route) => route.abort());
  const failed = page.waitForEvent("requestfailed", (request) => request.url().includes("worker"));
  await finder.name.fill("doc");
  await failed;
  await expect(page.locator("#odds-line p").first()).toHaveText("Working out the odds…");
  await page.unroute("**/worker*.js");
  await expect(page.locator("#odds-line p").first()).toContainText("About 1 in 1,260 hashes");
});

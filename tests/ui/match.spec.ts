import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import { untilActivity } from "../support/activity.ts";
import { expectIdleForGood, test, untilSearching } from "./fixtures.ts";
import { languageCodes, test as states } from "./states.ts";

const panel = (page: Page): Locator => page.getByRole("region", { name: "Check it yourself" });
const view = (page: Page): Locator => page.getByRole("region", { name: "A match" });
const button = (within: Locator, name: string): Locator => within.getByRole("button", { name, exact: true });

// A name that is found at once: 8 bytes of hex in the page's picture of a match.
const doctor = "#match?name=doctor&bytes=CITfBg";

/** What the page's line prints in a real shell. */
function printed(line: string): string {
  return execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" }).trim();
}

test("a match is checked where it was found: in a shell, and by the browser", async ({ finder }) => {
  const { page } = finder;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const card = await finder.search("web");
  const check = card.getByRole("button", { name: /^Check of the match / });
  const hash = (await card.locator(".match .hash").textContent()) ?? "none";
  await check.press("Enter");
  await expect(panel(page).getByRole("heading", { name: "Check it yourself" })).toBeFocused();

  const copy = button(panel(page), "Copy command");
  await copy.click();
  await expect(button(panel(page), "Copied")).toBeFocused();
  await expect(finder.status).toContainText("Copied");
  const line = await page.evaluate<string>("navigator.clipboard.readText()");
  await expect(panel(page).locator(".command")).toHaveText(line);
  expect(printed(line)).toBe(hash);

  await button(panel(page), "Compute it here").click();
  const same = "This browser has computed the fingerprint from the bytes. It is the same.";
  await expect(panel(page)).toContainText(same);
  await expect(finder.status).toContainText(same);

  await page.keyboard.press("Escape");
  await expect(panel(page)).toHaveCount(0);
  await expect(check).toBeFocused();
});

test("a hash that is not that of its bytes is told", async ({ finder }) => {
  const { page } = finder;
  const card = await finder.search("web");
  await card.getByRole("button", { name: /^Check of / }).click();
  await page.evaluate(`{
    const digest = crypto.subtle.digest.bind(crypto.subtle);
    crypto.subtle.digest = (name) => digest(name, new Uint8Array());
  }`);
  await button(panel(page), "Compute it here").click();
  const other = createHash("sha1").digest("base64");
  await expect(panel(page)).toContainText(`It is another one: ${other}`);
  await expect(panel(page).locator("[data-verdict=warning]")).toBeVisible();
});

test("Esc in an opened check closes it, and stops no search", async ({ finder }) => {
  const { page } = finder;
  await finder.showEveryNearMissUpTo(5);
  const card = await finder.startSearch();
  await card
    .getByRole("button", { name: /^Check of / })
    .first()
    .click();
  await expect(panel(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(panel(page)).toHaveCount(0);
  await expect(finder.stopButton(card), "the search runs on").toBeVisible();
});

test("what is copied is said once", async ({ finder }) => {
  const { page } = finder;
  const card = await finder.search("web");
  await card.getByRole("button", { name: /^Check of / }).click();
  await page.evaluate(`{
    globalThis.said = [];
    const status = document.querySelector("[role=status]");
    new MutationObserver(() => said.push(status.textContent)).observe(status, {
      subtree: true, childList: true, characterData: true,
    });
  }`);
  await button(panel(page), "Copy link").click();
  await expect(button(panel(page), "Copied")).toBeFocused();
  await expect(finder.status).toContainText("Copied");
  await expect(button(panel(page), "Copy link"), "the button says again what it does").toBeFocused();
  const said = await page.evaluate<string[]>("said");
  expect(said.filter((text) => text.includes("Copied"))).toHaveLength(1);
});

test("the link to a match leads there and back", async ({ finder, server }) => {
  const { page } = finder;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const card = await finder.search("web");
  const hash = (await card.locator(".match .hash").textContent()) ?? "none";
  await card.getByRole("button", { name: /^Check of / }).click();
  await button(panel(page), "Copy link").click();
  const link = await page.evaluate<string>("navigator.clipboard.readText()");
  expect(link).toMatch(new RegExp(`^${server.url}/#match\\?name=web&bytes=[\\w-]+$`));
  await panel(page).getByRole("link", { name: "Open on its own" }).click();
  await expect(page).toHaveURL(/#match\?name=web&bytes=/);
  await expect(view(page).getByRole("heading", { name: "A match" })).toBeFocused();
  await expect(view(page)).toContainText(hash);
  await expect(page).toHaveTitle("Found web – web – A match – Hash Finder");
  await page.goBack();
  await expect(card).toContainText("Found after");
});

test("from a match a person goes on to search for it, or for another name", async ({ finder, server }) => {
  const { page } = finder;
  await page.goto(`${server.url}/#match?name=doctor&bytes=f_0DAA`);
  await expect(view(page)).toContainText("This fingerprint spells doctor, with 1 wrong letter.");
  await expectIdleForGood(server);
  await button(view(page), "Search for doctor, 1 wrong letter").click();
  await expect(finder.card("doctor")).toContainText("Found after");
  await expect(finder.name).toHaveValue("doctor");
  await expect(page.getByLabel("Wrong letters allowed")).toHaveValue("1");
  await page.goBack();
  await view(page).getByRole("link", { name: "Search for another name" }).click();
  await expect(finder.name).toBeFocused();
  await expect(finder.name).toHaveValue("");
});

test("a search runs on while a match is looked at", async ({ finder, server }) => {
  const { page } = finder;
  await finder.startSearch();
  await page.evaluate(`location.hash = ${JSON.stringify(doctor)}`);
  await expect(view(page)).toContainText("This fingerprint spells doctor.");
  await untilActivity(server.url, ({ searches }) => searches === 1);
  await page.goBack();
  await untilSearching(page.getByRole("article").first());
});

test("the best match is saved as a picture that stands alone", async ({ finder }) => {
  const { page } = finder;
  const card = await finder.search("web");
  const hash = (await card.locator(".match .hash").textContent()) ?? "none";
  const downloading = page.waitForEvent("download");
  await card.getByRole("button", { name: "SVG a picture of the best match for web" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("hash-finder-web.svg");
  const svg = await readFile(await download.path(), "utf8");
  // Parsed and drawn as a browser does with a file that it was given.
  const { texts, width, failed } = await page.evaluate<{ texts: string[]; width: number; failed: boolean }>(
    `(async () => {
      const svg = ${JSON.stringify(svg)};
      const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
      const image = new Image();
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
      await image.decode();
      return {
        texts: [...parsed.querySelectorAll("text")].map((text) => text.textContent),
        width: image.naturalWidth,
        failed: parsed.querySelector("parsererror") !== null,
      };
    })()`,
  );
  expect(failed).toBe(false);
  expect(width).toBe(1200);
  expect(texts).toContain("web");
  expect(texts).toContain(hash);
  expect(printed(texts.find((text) => text.startsWith("printf")) ?? "")).toBe(hash);
});

states("the link to a match shows it without a server", async ({ page, statesUrl }) => {
  await page.goto(new URL(`/${doctor}`, statesUrl).href);
  await expect(view(page).locator("mark")).toHaveText("dOcToR");
  await expect(view(page)).toContainText("5VdOcToRIRJ7fOxYSJDnahvxVzo=");
  await expect(view(page)).toContainText("08 84 DF 06");
  await expect(view(page)).toContainText("This fingerprint spells doctor.");
  await expect(view(page)).toContainText("without the server");
  await expect(page).toHaveTitle("doctor – A match – Hash Finder");
  expect(printed((await view(page).locator(".command").textContent()) ?? "")).toBe(
    "5VdOcToRIRJ7fOxYSJDnahvxVzo=",
  );

  // Another link in the same tab is another match.
  await page.evaluate(`location.hash = "#match?name=doctor&bytes=f_0DAA"`);
  await expect(view(page).locator("mark")).toHaveText("dOCTo7");
  await expect(view(page)).toContainText("with 1 wrong letter");
  await page.evaluate(`location.hash = "#match?name=zzz&bytes=f_0DAA"`);
  await expect(view(page)).toContainText("This fingerprint does not spell zzz.");
});

states("a link that leads to no match says why, and where to go on", async ({ page, statesUrl }) => {
  for (const [query, sentence] of [
    ["", "Cannot show a match: The name is empty."],
    ["?name=a!b&bytes=AA", 'Cannot show a match: "!" never appears in these hashes.'],
    ["?name=web", "Cannot show a match: The bytes in the link are missing or damaged."],
    ["?name=web&bytes=%00", "Cannot show a match: The bytes in the link are missing or damaged."],
    ["?name=<b>&bytes=AA", 'Cannot show a match: "<" never appears in these hashes.'],
  ] as const) {
    await page.goto("about:blank");
    await page.goto(new URL(`/#match${query}`, statesUrl).href);
    await expect(view(page)).toContainText(sentence);
    await expect(view(page).locator(".command")).toHaveCount(0);
  }
  await view(page).getByRole("link", { name: "Search for another name" }).click();
  await expect(page.getByLabel("Name")).toBeFocused();
});

for (const language of languageCodes) {
  for (const width of [1200, 360, 320]) {
    states(
      `axe finds nothing in an opened check: ${language}, ${width} px wide`,
      async ({ page, openView }) => {
        await page.setViewportSize({ width, height: 800 });
        await openView("stopped", language);
        await page.locator(".check").first().click();
        await page.locator(".check-here button").click();
        await expect(page.locator(".check-panel .verdict")).toBeVisible();
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          const { violations } = await new AxeBuilder({ page })
            .include(".matches")
            .setLegacyMode()
            .options({ resultTypes: ["violations"] })
            .analyze();
          expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual(
            [],
          );
        }
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
          width,
        );
      },
    );
  }

  states(`a match fits into 320 px: ${language}`, async ({ page, openView }) => {
    await page.setViewportSize({ width: 320, height: 800 });
    for (const name of ["match", "bad-match"] as const) {
      await openView(name, language);
      await expect(
        page.locator(name === "match" ? ".match-view mark" : ".match-view .problem"),
      ).toBeVisible();
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
    }
  });
}

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { endlessName, expectIdleForGood, test, untilSearching, untilStopped } from "./fixtures.ts";

const history = (page: Page) => page.getByRole("region", { name: "History", exact: true });

test("a link fills in the form and starts nothing", async ({ finder, server }) => {
  const { page } = finder;
  await finder.open(`${server.url}/?name=grpc&wrong=1&show=2&hashes=5,000&seconds=2.5`);
  await expect(finder.name).toHaveValue("grpc");
  await expect(page.getByLabel("Wrong letters allowed")).toHaveValue("1");
  await expect(finder.mostWrong).toHaveValue("2");
  await expect(finder.nearMisses).toBeChecked();
  await page.getByText("Limits", { exact: true }).click();
  await expect(page.getByLabel("Hashes", { exact: true })).toHaveValue("5,000");
  await expect(page.getByLabel("Time in seconds")).toHaveValue("2.5");
  await expectIdleForGood(server);
  await expect(page.getByRole("article")).toHaveCount(0);
});

test("a link's invalid values are the form's own problems", async ({ finder, server }) => {
  const { page } = finder;
  await finder.open(`${server.url}/?name=a!b&wrong=abc&show=-3&mode=every&seconds=never`);
  await expect(page.getByText('"!" never appears in these hashes.')).toBeVisible();
  await expect(page.getByText("The ideal distance must be")).toBeVisible();
  await expect(page.getByText("The time is not a number of seconds.")).toBeVisible();
  await finder.searchButton.click();
  await expect(finder.status).toContainText("Not started:");
});

test("the address follows the form, and Copy link copies it", async ({ finder, server }) => {
  const { page } = finder;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await finder.name.fill("web+");
  await finder.showEveryNearMissUpTo(2);
  await expect(page).toHaveURL(`${server.url}/?name=web%2B&show=2`);
  const copy = page.getByRole("button", { name: "Copy link" });
  await copy.click();
  await expect(page.getByRole("button", { name: "Copied" }), "at the button that was pressed").toBeFocused();
  await expect(finder.status).toHaveText("Copied");
  await expect(copy, "it says again what it does").toHaveText("Copy link");
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(page.url());
});

test("the bytes of a match are copied from its row", async ({ finder }) => {
  const { page } = finder;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const card = await finder.search("web");
  const copy = card.getByRole("button", { name: /^Copy bytes of the match / });
  await expect(copy).toHaveText("Copy bytes");
  await copy.click();
  await expect(card.getByRole("button", { name: /^Copied of the match / })).toHaveText("Copied");
  await expect(finder.status).toContainText("Copied");
  const hash = (await card.locator(".match .hash").textContent()) ?? "none";
  const bytes = await page.evaluate<string>("navigator.clipboard.readText()");
  expect(createHash("sha1").update(Buffer.from(bytes, "base64")).digest("base64")).toBe(hash);
});

test("a reload while a search runs frees its workers, is told, and loses nothing", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  await finder.showEveryNearMissUpTo(7);
  const card = await finder.startSearch();
  await page.reload();
  await expect(card).toContainText(
    "The page was reloaded or closed while this search ran. The server had stopped it.",
  );
  await expectIdleForGood(server);
  await card.getByRole("button", { name: "Continue" }).click();
  await untilSearching(card);
  await finder.stopButton(card).click();
  await untilStopped(card);
});

test("another tab leaves a search alone that runs here", async ({ finder, server, context }) => {
  const card = await finder.startSearch();
  const other = await context.newPage();
  await other.goto(server.url);
  await expect(other.getByText("1 (yours 1)")).toBeVisible();
  await expect(other.getByRole("article")).toHaveCount(0);
  await finder.stopButton(card).click();
  await untilStopped(card);
});

test("later searches never push one that has not ended out of the history", async ({ finder }) => {
  const { page } = finder;
  for (const name of [endlessName, "connectconnect", "grpcgrpcgrpc", "doctordoctor"])
    await finder.startSearch(name);
  // A search that waits for a connection changes nothing, so it is written once.
  await expect(await finder.search("waiting")).toContainText("Waiting for a free connection.");
  const last = await finder.search("cancelled");
  await expect.poll(() => keptNames(page)).toContain("cancelled");
  await writeEnded(page, "cancelled", 60);
  expect(await keptNames(page)).toHaveLength(66);
  await last.getByRole("button", { name: "Cancel cancelled" }).click();
  await expect.poll(async () => (await keptNames(page)).length).toBeLessThan(66);
  expect(await keptNames(page)).toContain("waiting");
  expect((await keptNames(page)).length).toBeLessThanOrEqual(50);
});

test("what waits when the page is left is written down in its last moment, and asked for on the next", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  for (const name of [endlessName, "connectconnect", "grpcgrpcgrpc", "doctordoctor"])
    await finder.startSearch(name);
  await expect(await finder.search("waiting")).toContainText("Waiting for a free connection.");
  await expect.poll(() => keptNames(page)).toContain("waiting");
  // It changes nothing, so it was written once, and is written again only as the page is left.
  const before = await savedAt(page, "waiting");
  await page.goto(`${server.url}/favicon.svg`);
  await expect.poll(() => savedAt(page, "waiting")).toBeGreaterThan(before);
  await finder.open(server.url);
  await expect(finder.card("waiting")).toContainText("The server does not know this search");
  await expectIdleForGood(server);
});

test("an ended search is in the history after a reload, continues there, and is cleared", async ({
  finder,
}) => {
  const { page } = finder;
  await finder.limit("Hashes", "1,000,000");
  await finder.showEveryNearMissUpTo(1);
  await finder.search("doctor");
  await expect(finder.card("doctor")).toContainText("Budget spent: 1,000,000 hashes.");
  const matches = await finder.card("doctor").getByRole("listitem").count();
  expect(matches).toBeGreaterThan(0);
  await page.reload();
  await expect(history(page)).toContainText("Budget spent: 1,000,000 hashes.");
  await history(page).getByRole("button", { name: "Continue doctor" }).click();
  await expect(finder.card("doctor")).toContainText("Budget spent: 2,000,000 hashes.");
  expect(await finder.card("doctor").getByRole("listitem").count()).toBeGreaterThanOrEqual(matches);

  await finder.card("doctor").getByRole("button", { name: "Take off the list" }).click();
  await page.getByRole("button", { name: "Clear history" }).click();
  await expect(finder.status).toContainText("The history is empty now.");
  await expect(history(page)).toBeHidden();
  await page.reload();
  await expect(page.getByText("Server: connected")).toBeVisible();
  await expect.poll(() => storedSearches(page)).toBe(0);
  await expect(history(page)).toBeHidden();
});

test("a search that is shown again from the history by keyboard has the focus, whatever was shown before", async ({
  finder,
}) => {
  const { page } = finder;
  for (const name of ["go", "web"]) await (await finder.search(name)).getByText("Found after").waitFor();
  await page.reload();
  for (const name of ["go", "web"]) {
    await history(page)
      .getByRole("button", { name: `Show ${name}` })
      .focus();
    await page.keyboard.press("Enter");
    await expect(finder.card(name)).toContainText("Found after");
    await expect(finder.card(name).getByRole("button", { name: "Find next" })).toBeFocused();
  }
  await expect(history(page)).toBeHidden();
});

test("a search that is continued from the history by keyboard has the focus on its Stop", async ({
  finder,
}) => {
  const { page } = finder;
  const card = await finder.startSearch();
  await finder.stopButton(card).click();
  await untilStopped(card);
  await page.reload();
  await history(page).getByRole("button", { name: "Continue" }).focus();
  await page.keyboard.press("Enter");
  await untilSearching(card);
  await expect(finder.stopButton(card)).toBeFocused();
});

test("the latest 50 searches are kept and listed, no more", async ({ finder }) => {
  const { page } = finder;
  const kept = 50;
  const names = Array.from({ length: kept + 3 }, (_, i) => `${"abcdefg"[Math.floor(i / 8)]}${i % 8}`);
  for (const name of names) await (await finder.search(name)).getByText("Found after").waitFor();
  await expect.poll(() => storedSearches(page)).toBe(kept);
  await page.reload();
  const listed = history(page).locator(".entry-name b");
  await expect(listed).toHaveText(names.slice(-kept).reverse());
  expect(await storedSearches(page)).toBe(kept);
});

test("the kept matches are saved as CSV and JSON", async ({ finder }) => {
  const { page } = finder;
  const card = await finder.search("web");
  await expect(card).toContainText("Found after 3,553 hashes");
  for (const [type, content] of [
    ["CSV", /^candidate_index,.*\r\n3552,0,\d+,[\w+/]{27}=,[\w+/=]+,ideal\r\n$/],
    ["JSON", /"candidateIndex": "3552"/],
  ] as const) {
    const downloading = page.waitForEvent("download");
    await card.getByRole("button", { name: `${type} what was found for web` }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`hash-finder-web.${type.toLowerCase()}`);
    expect(await readFile(await download.path(), "utf8")).toMatch(content);
  }
});

test("the tab's title and icon tell the state", async ({ finder, server }) => {
  const { page } = finder;
  const icon = page.locator('link[rel="icon"]');
  const card = await finder.search(endlessName);
  await expect(page).toHaveTitle(`Searching ${endlessName} – Hash Finder`);
  await expect(icon).toHaveAttribute("href", "/favicon-searching.svg");
  await finder.stopButton(card).click();
  await expect(page).toHaveTitle(`Stopped ${endlessName} – Hash Finder`);
  await expect(icon).toHaveAttribute("href", "/favicon-stopped.svg");
  await finder.search("go");
  await expect(page).toHaveTitle("Found go – Hash Finder");
  await expect(icon).toHaveAttribute("href", "/favicon-found.svg");
  for (const state of ["searching", "stopped", "found"]) {
    const answer = await page.request.get(`${server.url}/favicon-${state}.svg`);
    expect(answer.headers()["content-type"]).toBe("image/svg+xml");
  }
});

test("the server's rate of the last minute is drawn and told", async ({ finder }) => {
  const line = finder.page.getByRole("img", { name: /^Over the last minute: now .* hashes a second\.$/ });
  await finder.startSearch();
  await expect(line).toHaveAccessibleName(/highest [1-9]/);
});

test("a browser that denies IndexedDB keeps nothing, says so, and searches all the same", async ({
  finder,
}) => {
  const { page } = finder;
  await page.addInitScript({
    content: `Object.defineProperty(window, "indexedDB", {
      get() { throw new DOMException("denied", "SecurityError"); },
    });`,
  });
  await page.reload();
  await expect(page.getByText("This browser keeps no history for this page")).toBeVisible();
  await expect(await finder.search("go")).toContainText("Found after");
});

function storedSearches(page: Page): Promise<unknown> {
  return page.evaluate(`new Promise((resolve) => {
    const opening = indexedDB.open("hash-finder");
    opening.onsuccess = () => {
      const { result } = opening;
      const counting = result.transaction("searches").objectStore("searches").count();
      counting.onsuccess = () => {
        result.close();
        resolve(counting.result);
      };
    };
  })`);
}

/** The names of the searches that the browser has kept. */
async function keptNames(page: Page): Promise<readonly string[]> {
  return await page.evaluate<string[]>(inStore("return all.map(({ state }) => state.query.name);"));
}

/** When a search was last written down, in milliseconds since 1970. */
async function savedAt(page: Page, name: string): Promise<number> {
  return await page.evaluate<number>(
    inStore(`return all.find(({ state }) => state.query.name === ${JSON.stringify(name)}).savedAt;`),
  );
}

/** Writes copies of a kept search that has ended, all later than any other. */
async function writeEnded(page: Page, name: string, count: number): Promise<void> {
  await page.evaluate(
    inStore(`
      const like = all.find(({ state }) => state.query.name === ${JSON.stringify(name)});
      const state = { ...like.state, kind: "withdrawn", endedAt: 0 };
      for (let i = 0; i < ${count}; i++)
        store.put({ ...like, key: "ended " + i, savedAt: Date.now() + 3_600_000 + i, state });
      await new Promise((resolve) => store.transaction.addEventListener("complete", resolve));`),
  );
}

/** A script for the page, with the store of its database and all that is in it. */
function inStore(script: string): string {
  return `(async () => {
    const opening = indexedDB.open("hash-finder");
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    try {
      const store = opening.result.transaction("searches", "readwrite").objectStore("searches");
      const reading = store.getAll();
      await new Promise((resolve) => reading.addEventListener("success", resolve));
      const all = reading.result;
      ${script}
    } finally {
      opening.result.close();
    }
  })()`;
}

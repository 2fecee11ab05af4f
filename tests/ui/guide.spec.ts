import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import { untilIdle } from "../support/activity.ts";
import type { TestServer } from "../support/server.ts";
import { type Finder, test } from "./fixtures.ts";

// The name in the address, its title, how many acts it has, and how many rehearsals they take.
const scenarios = [
  ["cancel", "The caller cancels", 7, 7],
  ["manners", "A handler that looks, and one that does not", 2, 2],
  ["deadline", "Deadlines", 3, 3],
  ["propagation", "Servers behind servers", 2, 2],
  ["flow", "A reader that pauses", 1, 1],
  ["decision", "The server decides", 3, 7],
  ["lost", "The connection is lost", 6, 12],
  ["readiness", "Not there yet, and about to leave", 2, 4],
  ["keyed", "Keyed streams", 5, 7],
] as const;

const link = (page: Page, name: string): Locator => page.getByRole("link", { name, exact: true });
const run = (page: Page): Locator => page.getByRole("button", { name: "Run", exact: true });
const stop = (page: Page): Locator => page.getByRole("button", { name: "Stop", exact: true });
const state = (page: Page): Locator => page.locator(".scenario-state");
/** One act: a part that can be opened. */
const act = (page: Page, title: string): Locator =>
  page.locator("details", { has: page.getByRole("heading", { name: title, exact: true }) });

async function openScenario({ page }: Finder, { url }: TestServer, name: string): Promise<void> {
  await page.goto(`${url}/#guide?scenario=${name}`);
  await run(page).waitFor();
}

/** Nothing of so many rehearsals is left: the server says so of each. */
async function untilReleased(server: TestServer, rehearsals: number): Promise<void> {
  await server.untilLogged({ msg: "rehearsal ended" }, rehearsals);
  await untilIdle(server.url);
  expect(server.logged({ msg: "rehearsal ended" })).toHaveLength(rehearsals);
}

for (const [name, title, acts, rehearsals] of scenarios) {
  test(`${name}: what is observed is what was expected, and nothing of it is left`, async ({
    finder,
    server,
  }) => {
    // A frozen connection has 8 s to be noticed in, twice.
    if (name === "lost") test.slow();
    const { page } = finder;
    await openScenario(finder, server, name);
    await expect(page).toHaveTitle(`${title} – Guide – Hash Finder`);
    await run(page).click();
    await expect(state(page)).toHaveText(/^(As expected|Differs)/, {
      timeout: name === "lost" ? 45_000 : 20_000,
    });
    const differing = await page
      .locator("[data-mark]:not([data-mark=agrees])")
      .locator("xpath=..")
      .allTextContents();
    expect(differing).toEqual([]);
    await expect(state(page)).toHaveText(`As expected: ${acts} of ${acts}.`);
    await expect(page.getByText("as expected", { exact: true }).first()).toBeVisible();
    await untilReleased(server, rehearsals);
    await page.setViewportSize({ width: 320, height: 800 });
    const scrollWidth = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(scrollWidth, "as wide as its window").toBeLessThanOrEqual(320);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
  });
}

test("every status code that has a button is really what its call ends with", async ({ finder, server }) => {
  const { page } = finder;
  await page.goto(`${server.url}/#guide?scenario=codes`);
  await expect(page).toHaveTitle("All 17 status codes – Guide – Hash Finder");
  await expect(page.getByRole("rowheader")).toHaveCount(17);
  const buttons = page.getByRole("button", { name: /^Cause it / });
  await expect(buttons).toHaveCount(11);
  for (const button of await buttons.all()) {
    const name = ((await button.textContent()) ?? "").replace("Cause it ", "");
    await button.click();
    const row = page
      .getByRole("row")
      .filter({ has: page.getByRole("rowheader", { name: new RegExp(`^${name} `) }) });
    await expect(row.locator(".code-seen code")).toHaveText(name);
    await expect(row.locator('.code-seen [data-glyph="done"]')).toBeVisible();
  }
  await untilIdle(server.url);
  // Two rehearsals were opened, and one was played by the server.
  await untilReleased(server, 3);
});

test("each language has its row, with what was observed and what was only read", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  await page.goto(`${server.url}/#guide?scenario=languages`);
  await expect(page).toHaveTitle("What each language does on cancel – Guide – Hash Finder");
  const rows = page.getByRole("rowheader");
  await expect(rows).toHaveCount(9);
  await expect(rows.filter({ hasText: /Observed: / })).toHaveCount(6);
  await expect(rows.filter({ hasText: "That the search ends was observed: " })).toHaveCount(1);
  await expect(rows.filter({ hasText: "Read in the sources, not observed" })).toHaveCount(3);
  const go = page.getByRole("row").filter({ has: rows.filter({ hasText: "google.golang.org/grpc" }) });
  await expect(go).toContainText("cancel() of the context");
  await expect(go.getByRole("link", { name: "Source 2" })).toHaveAttribute(
    "href",
    "https://grpc.io/docs/guides/cancellation/",
  );
});

for (const [language, cells] of [
  ["中文", ["发起调用时所用 context 的 cancel()", "查看 ctx.Err()，或等待 ctx.Done()", "浏览器中的 Connect"]],
  [
    "日本語",
    [
      "呼び出しに渡した context の cancel()",
      "ctx.Err() を見るか、ctx.Done() を待つ",
      "ブラウザーでの Connect",
    ],
  ],
] as const) {
  test(`the table of languages is in ${language}, and its code as it is`, async ({ finder, server }) => {
    const { page } = finder;
    await page.goto(`${server.url}/#guide?scenario=languages`);
    await page.getByRole("button", { name: language }).click();
    for (const cell of cells) await expect(page.getByRole("table")).toContainText(cell);
    await expect(page.getByRole("cell", { name: "context.TryCancel()" }).locator("code").first()).toHaveText(
      "context.TryCancel()",
    );
    await expect(page.getByRole("table")).not.toContainText("by hand");
  });
}

test("each code without a button says why there is none", async ({ finder, server }) => {
  const { page } = finder;
  await page.goto(`${server.url}/#guide?scenario=codes`);
  for (const language of ["English", "中文", "日本語"]) {
    await page.getByRole("button", { name: language }).click();
    await expect(page.getByRole("button", { name: language })).toHaveAttribute("aria-pressed", "true");
    const without = page.locator("tbody tr:not(:has(button))");
    await expect(without.locator("th code")).toHaveText([
      "UNKNOWN",
      "PERMISSION_DENIED",
      "UNIMPLEMENTED",
      "INTERNAL",
      "DATA_LOSS",
      "UNAUTHENTICATED",
    ]);
    const reasons = await without.locator("td:last-child").allTextContents();
    expect(new Set(reasons.filter((reason) => /[.。]$/.test(reason))).size).toBe(6);
  }
});

for (const name of ["codes", "languages", "browser"]) {
  test(`axe finds nothing in the table of ${name}, and it is no wider than a phone`, async ({
    finder,
    server,
  }) => {
    const { page } = finder;
    await page.goto(`${server.url}/#guide?scenario=${name}`);
    await expect(page.getByRole("table")).toBeVisible();
    for (const width of [1200, 320]) {
      await page.setViewportSize({ width, height: 800 });
      const scrollWidth = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(scrollWidth, "as wide as its window").toBeLessThanOrEqual(width);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
    }
  });
}

test("the guide is loaded when it is opened, and Back leads from scenario to scenario", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await finder.open(server.url);
  await expect(finder.name).toBeVisible();
  expect(loaded.filter((url) => url.includes("guide-room"))).toEqual([]);

  await link(page, "Guide").click();
  await expect(page).toHaveTitle("Guide – Hash Finder");
  await expect(link(page, "Guide")).toHaveAttribute("aria-current", "page");
  expect(loaded.filter((url) => url.includes("guide-room"))).toHaveLength(1);

  await link(page, "Deadlines").click();
  await expect(page).toHaveURL(/#guide\?scenario=deadline$/);
  await link(page, "The caller cancels").click();
  await expect(page).toHaveTitle("The caller cancels – Guide – Hash Finder");
  await page.goBack();
  await expect(page).toHaveTitle("Deadlines – Guide – Hash Finder");
  await expect(page.getByRole("heading", { name: "Deadlines", exact: true })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveTitle("Guide – Hash Finder");
  await expect(run(page)).toHaveCount(0);
  await page.goBack();
  await expect(finder.name).toBeVisible();
});

test("an address that names no scenario shows the guide's list", async ({ finder, server }) => {
  await finder.page.goto(`${server.url}/#guide?scenario=toString`);
  await expect(link(finder.page, "Deadlines")).toBeVisible();
  await expect(run(finder.page)).toHaveCount(0);
});

for (const how of ["the button", "Esc", "another scenario", "another view", "a closed tab"] as const) {
  test(`${how} stops a run in the middle, and nothing of it is left`, async ({ finder, server }) => {
    const { page } = finder;
    await openScenario(finder, server, "lost");
    await run(page).click();
    // Left alone, this act would last 8 s from here, and three more would follow.
    const frozen = act(page, "Frozen, without PING");
    await expect(frozen.locator(".sequence")).toContainText("frozen");
    switch (how) {
      case "the button":
        await stop(page).click();
        break;
      case "Esc":
        await page.keyboard.press("Escape");
        break;
      case "another scenario":
        await link(page, "Deadlines").click();
        break;
      case "another view":
        await link(page, "Searches").click();
        break;
      case "a closed tab":
        await page.close();
    }
    // Three acts, each a rehearsal of the page's and one that the server plays.
    await untilReleased(server, 6);
    for (const { elapsedMs } of server.logged({ msg: "rehearsal ended" }))
      expect(elapsedMs).toBeLessThan(8_000);
    if (how !== "the button" && how !== "Esc") return;
    await expect(state(page)).toContainText("Stopped by you.");
    await expect(act(page, "Closed").locator("summary")).toContainText("as expected");
    await expect(page.getByRole("button", { name: "Run again" })).toBeVisible();
  });
}

test("a run that is stopped frees the worker that it had", async ({ finder, server }) => {
  const { page } = finder;
  await openScenario(finder, server, "manners");
  await run(page).click();
  await expect(act(page, "A handler that never looks").locator(".sequence")).toContainText(
    "sees its signal abort",
  );
  await stop(page).click();
  await untilReleased(server, 2);
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(state(page)).toHaveText("As expected: 2 of 2.", { timeout: 15_000 });
});

test("Esc in the guide reaches no search", async ({ finder }) => {
  const { page } = finder;
  const card = await finder.startSearch();
  await link(page, "Guide").click();
  await link(page, "Deadlines").click();
  await run(page).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: /^Searches/ }).click();
  await expect(card).toContainText("Searching…");
});

test("the chart of a handler lights up where the handler went", async ({ finder, server }) => {
  const { page } = finder;
  await openScenario(finder, server, "manners");
  await run(page).click();
  await expect(state(page)).toContainText("As expected", { timeout: 15_000 });
  const steps = (title: string) => act(page, title).locator(".flow-chart li");
  await expect(steps("A handler that looks")).toHaveText([
    "Do a piece of the work (reached)",
    "Cancelled? (reached)",
    "Clean up (reached)",
    "Leave (reached)",
  ]);
  await expect(steps("A handler that never looks")).toHaveText([
    "Do a piece of the work (reached)",
    "Cancelled? (not reached)",
    "Clean up (not reached)",
    "Leave (reached)",
  ]);
});

test("a server that breaks its promise is told of: what differs is named, and there is no tick", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  // A server that forgets the cancelled call: its handler's events after the work has begun never come.
  await page.addInitScript(`
    const fetched = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const url = String(input instanceof Request ? input.url : input);
      if (!url.endsWith("/Work")) return fetched(input, init);
      const { signal, ...rest } = init ?? {};
      return fetched(input instanceof Request ? new Request(input.url, { method: "POST", headers: input.headers, body: await input.arrayBuffer() }) : input, rest);
    };
  `);
  await page.reload();
  await openScenario(finder, server, "propagation");
  await run(page).click();
  await expect(state(page)).toContainText("Differs from what was expected", { timeout: 25_000 });
  const differing = act(page, "With propagation");
  await expect(differing.locator("summary")).toContainText("differs");
  await expect(differing.locator("[data-mark=missing]").first()).toBeVisible();
});

test.describe("a server that other machines may call", () => {
  test.use({ serverArgs: ["--host", "0.0.0.0", "--trusted-proxies", "192.0.2.1", "--public"] });

  test("has no lab, and the scenario says what to do", async ({ finder, server }) => {
    const { page } = finder;
    await openScenario(finder, server, "cancel");
    await run(page).click();
    await expect(state(page)).toContainText("Start the server with --lab");
    expect(server.logged({ msg: "rehearsal ended" })).toEqual([]);
  });
});

test("a run goes by the keyboard, and is said in the page's language", async ({ finder, server }) => {
  const { page } = finder;
  await openScenario(finder, server, "decision");
  await page.getByRole("button", { name: "日本語" }).click();
  await expect(page).toHaveTitle("サーバーの判断 – ガイド – Hash Finder");
  await page.getByRole("button", { name: "実行", exact: true }).press("Enter");
  await expect(finder.status).toHaveText("期待どおり：3件中3件。", { timeout: 15_000 });
  await expect(page.getByRole("button", { name: "もう一度実行" })).toBeFocused();
  // What it said is not said of another scenario.
  await link(page, "期限").click();
  await expect(finder.status).not.toContainText("期待どおり");
});

test("what a caller was told of each decision of the server stands beside a bare CANCELLED", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  await openScenario(finder, server, "decision");
  const told = (title: string) => act(page, title).locator(".told").getByRole("row");
  const leaves = act(page, "The server leaves");
  await leaves.locator("summary").click();
  await expect(told("The server leaves").nth(1)).toHaveText("Codenot yetCANCELLED");
  await run(page).click();
  await expect(state(page)).toHaveText("As expected: 3 of 3.", { timeout: 15_000 });
  for (const [title, code, detail] of [
    [
      "The budget is spent",
      "RESOURCE_EXHAUSTED",
      /^DetailsSearchReport \{ ending: BUDGET, .*next_index: 1000000 \}none$/,
    ],
    [
      "Too many at once",
      "RESOURCE_EXHAUSTED",
      /^DetailsRefusal \{ scope: CLIENT, .*limit: 4 \} RetryInfo \{ retry_delay: \d+ ms \}none$/,
    ],
    ["The server leaves", "UNAVAILABLE", /^DetailsRetryInfo \{ retry_delay: 2000 ms \}none$/],
  ] as const) {
    const rows = told(title);
    await expect(rows).toHaveCount(5);
    await expect(rows.nth(1)).toHaveText(`Code${code}CANCELLED`);
    await expect(rows.nth(2)).toHaveText(/^Message.+none$/);
    await expect(rows.nth(3)).toHaveText(detail);
  }
});

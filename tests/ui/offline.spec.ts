import { expect, type Page } from "@playwright/test";
import { type BuiltPage, buildPage, serveFolder } from "../support/built-page.ts";
import { expectIdleForGood, test, untilStopped } from "./fixtures.ts";

/** Waits until the page is kept. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate("navigator.serviceWorker.ready.then(() => {})");
}

/** The paths that are kept, of each version that is kept. */
const keptPaths = (page: Page): Promise<string[][]> =>
  page.evaluate(`(async () => Promise.all((await caches.keys()).map(async (name) =>
    (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname))))()`);

const offline = "Searches and keyed streams need it; the odds and your history are here without it.";

test("without its server the page opens, in each language, and says what needs the server", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  await untilKept(page);
  await server.kill();
  await page.goto(`${server.url}/?lang=en#streams`);
  await expect(page.getByText(offline)).toBeVisible();
  await expect(page.getByRole("group", { name: "Keys" })).toBeVisible();
  await page.getByRole("link", { name: "Searches" }).click();
  await finder.name.fill("doctor");
  await expect(page.getByText("About 1 in")).toBeVisible();
  await page.getByRole("button", { name: "Keys", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("stop all searches");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "日本語" }).click();
  await expect(page.getByText("サーバーからまだ応答がありません。")).toBeVisible();
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.getByText("服务器尚未响应。")).toBeVisible();
});

test("calls never pass the worker, so a Stop is as it was without it", async ({ finder, server }) => {
  const { page } = finder;
  await untilKept(page);
  await finder.open(server.url);
  expect(await page.evaluate("navigator.serviceWorker.controller?.state")).toBe("activated");
  await finder.nearMisses.check();
  const card = await finder.startSearch();
  await finder.stopButton(card).click();
  await untilStopped(card);
  await expectIdleForGood(server);
  await server.untilLogged({ reason: "Stop button" });

  const timings = await page.evaluate<
    { name: string; workerStart: number; workerMatchedSourceType: string }[]
  >(`performance.getEntriesByType("resource").map((entry) => entry.toJSON())`);
  const calls = timings.filter(({ name }) => /\/hash_name\./.test(name));
  expect(calls.map(({ name }) => name.split("/").at(-1))).toEqual(
    expect.arrayContaining(["FindRange", "GetSearchReport"]),
  );
  for (const { name, workerMatchedSourceType } of calls)
    expect(workerMatchedSourceType, name).toBe("network");
  const theme = timings.find(({ name }) => name.endsWith("/theme.js"));
  expect(theme?.workerStart, "it is at work for the files").toBeGreaterThan(0);
  expect((await keptPaths(page)).flat().filter((path) => path.startsWith("/hash_name"))).toEqual([]);
});

test("a page that was opened while the server was silent works when it is back", async ({
  finder,
  server,
}) => {
  const { page } = finder;
  await untilKept(page);
  await finder.open(server.url);
  server.signal("SIGSTOP");
  await page.goto(`${server.url}/?name=web`);
  await expect(page.getByText(offline), "a silent server is waited for as long as ever").toBeVisible();
  server.signal("SIGCONT");
  await expect(page.getByText("Server: connected")).toBeVisible();
  await expect(page.getByText(offline)).toBeHidden();
  await expect(await finder.search("abc")).toContainText("Found after");
});

test.describe("an update", () => {
  let older: BuiltPage;
  let newer: BuiltPage;
  let served: Awaited<ReturnType<typeof serveFolder>>;

  test.beforeEach(async () => {
    // Their scripts are cut differently: hardly a name is in both.
    older = await buildPage("production");
    newer = await buildPage("test");
    served = await serveFolder(older.folder);
  });
  test.afterEach(async () => {
    await served.close();
    older.remove();
    newer.remove();
  });

  const scripts = (page: Page): Promise<string[]> =>
    page.evaluate(`Array.from(document.scripts, ({ src }) => new URL(src).pathname)`);

  test("is shown at once, and an open page keeps all files of its own version", async ({ page, context }) => {
    await page.goto(served.url);
    await untilKept(page);
    const [before] = await keptPaths(page);
    const old = await scripts(page);

    // This one was loaded from the older server and asks for more of it only now.
    await page.reload();
    served.show(newer.folder);
    const other = await context.newPage();
    await other.goto(served.url);
    expect(await scripts(other), "the server's own page").not.toEqual(old);
    await expect.poll(async () => (await keptPaths(other)).length).toBe(2);
    await page.getByRole("button", { name: "中文" }).click();
    await expect(page.getByRole("button", { name: "快捷键", exact: true })).toBeVisible();

    // With the last of its pages the older version goes.
    await page.close();
    await other.close();
    const next = await context.newPage();
    await next.goto(served.url);
    await expect.poll(async () => (await keptPaths(next)).length).toBe(1);
    const [after] = await keptPaths(next);
    expect(
      after?.filter((path) => before?.includes(path) && path.endsWith(".js") && path.includes("index")),
    ).toEqual([]);
    const current = await scripts(next);
    await served.close();
    await next.reload();
    expect(await scripts(next), "without a server").toEqual(current);
    await expect(next.getByRole("heading", { name: "Hash Finder" })).toBeVisible();
    served = await serveFolder(newer.folder);
  });

  test("that does not hold together is not kept, and the one before stays whole", async ({
    page,
    context,
  }) => {
    await page.goto(served.url);
    await untilKept(page);
    const before = await keptPaths(page);
    const old = await scripts(page);
    // In the midst of an update: the worker is the newer one's, a file the older one's.
    await context.route("**/theme.js", (route) => route.fulfill({ body: "// an older one" }));
    served.show(newer.folder);
    const installs = page.evaluate<string>(`new Promise((resolve) => {
      navigator.serviceWorker.ready.then((registration) => {
        registration.addEventListener("updatefound", () => {
          const { installing } = registration;
          installing.addEventListener("statechange", () => resolve(installing.state));
        });
        registration.update();
      });
    })`);
    expect(await installs).toBe("redundant");
    expect(await keptPaths(page)).toEqual(before);
    await served.close();
    await page.reload();
    expect(await scripts(page)).toEqual(old);
    served = await serveFolder(newer.folder);
  });
});

import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { tokenFile } from "../support/token-file.ts";
import { endlessName, test, untilSearching, untilStopped } from "./fixtures.ts";

const tokens = tokenFile("ann", "ben");
test.afterEach(() => tokens.write("ann", "ben"));
test.afterAll(tokens.remove);
test.use({ serverArgs: ["--token-file", tokens.path, "--maximum-hashes", "0"] });

const tokenOf = (name: string): string => tokens.header(name).authorization.slice("Bearer ".length);
const dialog = (page: Page) => page.getByRole("dialog", { name: "This server asks who you are" });
const panel = (page: Page) => page.getByRole("region", { name: "Server now" });

async function give(page: Page, name: string): Promise<void> {
  await dialog(page).getByLabel("Token").fill(tokenOf(name));
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeHidden();
}

test("the page asks for a token, says whose it is, searches, and forgets it on signing out", async ({
  page,
  server,
}) => {
  await page.goto(server.url);
  const field = dialog(page).getByLabel("Token");
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute("type", "password");
  await field.fill("hf_wrong");
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toContainText("The server does not know this token.");
  await expect(field).toBeFocused();
  await field.fill("トークン");
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toContainText("The server does not know this token.");
  await give(page, "ann");
  await expect(panel(page)).toContainText("You are ann.");
  await expect(page.getByText("Server: connected")).toBeVisible();
  await page.getByLabel("Name").fill("cat");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article", { name: "cat" })).toContainText("Found after");
  await server.untilLogged({ msg: "search ended", client: "token:ann" });
  // Nowhere but in this tab's session.
  expect(await page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href")).not.toContain(
    tokenOf("ann"),
  );
  await page.reload();
  await expect(panel(page)).toContainText("You are ann.");
  await panel(page).getByRole("button", { name: "Sign out" }).click();
  await expect(field).toBeFocused();
  await expect(panel(page)).not.toContainText("You are");
  expect(await page.evaluate("JSON.stringify(sessionStorage)")).not.toContain(tokenOf("ann"));
});

test("a search that was begun without a token goes on when it is given", async ({ page, server }) => {
  await page.goto(server.url);
  await expect(dialog(page)).toBeVisible();
  // Put off, the page can be read, and says what is missing.
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await expect(panel(page)).toContainText("This server asks for a token.");
  await expect(page.getByText("Server: asks for a token")).toBeVisible();
  await expect(page.getByText("Server: connecting…")).toBeHidden();
  await page.getByLabel("Name").fill(endlessName);
  await page.keyboard.press("Enter");
  // What a person starts asks again.
  await expect(dialog(page)).toBeVisible();
  const card = page.getByRole("article", { name: endlessName });
  await expect(card).toContainText("Waiting for your token. Nothing has been sent yet.");
  await give(page, "ben");
  await untilSearching(card);
  await expect(panel(page)).toContainText("1 (yours 1)");
  await card.getByRole("button", { name: /^Stop / }).click();
  await untilStopped(card);
});

test("what waits for a token has no time limit yet, and is cancelled at once", async ({ page, server }) => {
  await page.goto(server.url);
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByText("Limits", { exact: true }).click();
  await page.getByLabel("Time in seconds", { exact: true }).fill("1");
  await page.getByLabel("Name").fill(endlessName);
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press("Escape");
  const card = page.getByRole("article", { name: endlessName });
  await page.clock.install();
  await page.clock.runFor(5_000);
  await expect(card).toContainText("Waiting for your token.");
  await card.getByRole("button", { name: /^Cancel / }).click();
  await expect(card).toContainText("Cancelled by you while it waited. It was never sent.");
  await page.getByRole("link", { name: "Keyed streams" }).click();
  await page
    .getByRole("group", { name: "Keys", exact: true })
    .getByRole("button", { name: "a", exact: true })
    .click();
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("main")).toContainText("Waiting for your token.");
  await page.getByRole("button", { name: "Cancel a", exact: true }).click();
  await expect(page.getByRole("main")).toContainText("Cancelled by you before the first message.");
});

test("a run of the guide asks again for the token that was put off, and begins with it", async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/#guide`);
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "The caller cancels" }).click();
  await page.getByRole("main").getByRole("button", { name: "Run", exact: true }).click();
  await expect(dialog(page)).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Waiting for your token.");
  await give(page, "ann");
  await expect(page.getByRole("main")).toContainText(/As expected: \d of \d\./);
});

test("a token that is taken away is asked for again, and the search can be continued with the person's next", async ({
  page,
  server,
}) => {
  await page.goto(server.url);
  await give(page, "ann");
  await page.getByLabel("Name").fill(endlessName);
  await page.keyboard.press("Enter");
  const card = page.getByRole("article", { name: endlessName });
  await untilSearching(card);
  const next = tokenFile("ann");
  tokens.spoil(readFileSync(next.path, "utf8"));
  next.remove();
  server.signal("SIGHUP");
  await server.untilLogged({ msg: "read again" });
  await expect(dialog(page)).toBeVisible();
  // The server is reached, and that is no loss.
  await expect(page.getByText("Server: asks for a token").first()).toBeVisible();
  await expect(page.getByText("The server cannot be reached.")).toBeHidden();
  await expect(panel(page)).toBeHidden();
  await expect(page.getByRole("region", { name: "Server, as last heard" })).toBeVisible();
  await expect(card).toContainText("Without your token the server does not say what became of this search.");
  await dialog(page).getByLabel("Token").fill(next.header("ann").authorization.slice("Bearer ".length));
  await page.keyboard.press("Enter");
  await expect(panel(page)).toContainText("You are ann.");
  await card.getByRole("button", { name: /^Continue/ }).click();
  await untilSearching(card);
  await server.untilLogged({ msg: "a search is asked for", name: endlessName, client: "token:ann" }, 2);
});

test("what one person searched is not shown to the next, and is there when they are back", async ({
  page,
  server,
}) => {
  const main = page.getByRole("main");
  await page.goto(server.url);
  await give(page, "ann");
  await page.getByLabel("Name").fill("cat");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article", { name: "cat" })).toContainText("Found after");
  await page.getByLabel("Name").fill(endlessName);
  await page.keyboard.press("Enter");
  await untilSearching(page.getByRole("article", { name: endlessName }));
  await expect(page).toHaveURL(new RegExp(`name=${endlessName}`));
  await page.getByRole("link", { name: "Guide" }).click();
  await panel(page).getByRole("button", { name: "Sign out" }).click();
  await expect(dialog(page)).toBeVisible();
  await expect(page).toHaveURL(`${server.url}/`);
  await give(page, "ben");
  await expect(panel(page)).toContainText("You are ben.");
  await expect(page.getByLabel("Name")).toHaveValue("");
  await expect(main).toContainText("No searches here.");
  await expect(main).not.toContainText("cat");
  await expect(page.getByRole("heading", { name: "History" })).toBeHidden();
  // Another person's token does the same as signing out.
  tokens.write("ann");
  server.signal("SIGHUP");
  await server.untilLogged({ msg: "read again" });
  await page.getByLabel("Name").fill("dog");
  await give(page, "ann");
  await expect(page.getByLabel("Name")).toHaveValue("");
  await expect(panel(page)).toContainText("You are ann.");
  await expect(page.getByRole("article", { name: endlessName })).toContainText(
    "The page was reloaded or closed while this search ran. The server had stopped it.",
  );
  await expect(page.getByRole("button", { name: "Show cat" })).toBeVisible();
});

test("a problem with a token is said each time, also that the server does not answer", async ({
  page,
  server,
}) => {
  await page.goto(server.url);
  await expect(dialog(page)).toBeVisible();
  const alert = dialog(page).getByRole("alert");
  const said: string[] = [];
  await page.exposeFunction("saidAgain", (text: string) => said.push(text));
  await page.evaluate(`new MutationObserver(([{ target }]) => saidAgain(target.textContent)).observe(
    document.querySelector("dialog [role=alert]"),
    { childList: true, characterData: true, subtree: true },
  )`);
  const field = dialog(page).getByLabel("Token");
  const wrong = "The server does not know this token.";
  await field.fill("hf_wrong");
  for (const times of [1, 2]) {
    await page.keyboard.press("Enter");
    await expect.poll(() => said.filter((text) => text === wrong).length).toBe(times);
  }
  server.signal("SIGSTOP");
  await page.keyboard.press("Enter");
  await expect(alert).toHaveText("The server did not answer. Try again.");
  server.signal("SIGCONT");
  await give(page, "ann");
  await expect(panel(page)).toContainText("You are ann.");
});

test("each tab has its own token, and hears of its own searches", async ({ page, server, context }) => {
  await page.goto(server.url);
  await give(page, "ben");
  const other = await context.newPage();
  await other.goto(server.url);
  await give(other, "ann");
  await expect(panel(other)).toContainText("You are ann.");
  await expect(panel(page)).toContainText("You are ben.");
  await other.getByLabel("Name").fill(endlessName);
  await other.keyboard.press("Enter");
  await untilSearching(other.getByRole("article", { name: endlessName }));
  await expect(panel(other)).toContainText("1 (yours 1)");
  await expect(panel(page)).toContainText("1 (yours 0)");
});

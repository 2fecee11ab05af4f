import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect } from "@playwright/test";
import { test, untilStopped } from "./fixtures.ts";

// Browsers trust the loopback address as they trust HTTPS; a name that leads there they do not.
test.use({
  serverArgs: ["--allowed-hosts", "finder.test"],
  launchOptions: async ({ launchOptions }, use) => {
    const args = [...(launchOptions.args ?? []), "--host-resolver-rules=MAP finder.test 127.0.0.1"];
    await use({ ...launchOptions, args });
  },
  address: async ({ server }, use) => await use(`http://finder.test:${new URL(server.url).port}`),
});

/** What the page's line prints in a real shell. */
function printed(line: string | null): string {
  return execFileSync("/bin/sh", ["-c", line ?? ""], { encoding: "utf8" }).trim();
}

test("a page over plain HTTP says that it may not compute a hash, and leaves the line for the shell", async ({
  finder,
  address,
}) => {
  const { page } = finder;
  const noCrypto = "This page was opened over plain HTTP";
  const panel = page.getByRole("region", { name: "Check it yourself" });
  const view = page.getByRole("region", { name: "A match" });
  const card = await finder.search("web");
  const hash = await card.locator(".match .hash").textContent();
  await card.getByRole("button", { name: /^Check of / }).click();
  await expect(panel).toContainText(noCrypto);
  await expect(panel.getByRole("button", { name: "Compute it here" })).toHaveCount(0);
  expect(printed(await panel.locator(".command").textContent())).toBe(hash);
  // Nor does it have the clipboard of secure pages.
  await panel.getByRole("button", { name: "Copy command" }).click();
  await expect(panel.getByRole("button", { name: "Copied" })).toBeVisible();

  await page.goto(`${address}/#match?name=doctor&bytes=CITfBg`);
  await expect(view).toContainText(noCrypto);
  expect(printed(await view.locator(".command").textContent())).toBe("5VdOcToRIRJ7fOxYSJDnahvxVzo=");
  await view.getByRole("button", { name: "Search for doctor" }).click();
  await expect(finder.card("doctor")).toBeVisible();
});

test("over plain HTTP candidates and their hashes are seen as well", async ({ finder }) => {
  expect(await finder.page.evaluate("isSecureContext || 'subtle' in crypto"), "no Web Crypto").toBe(false);
  const card = await finder.startSearch();
  await expect(card.locator(".sample")).toContainText(/^Candidate/);
  await finder.stopButton(card).click();
  await untilStopped(card);
  await expect(card.locator(".sample")).toContainText(/^Last candidate tried/);
  const [bytes = "", hash] = await card.locator(".sample code").allTextContents();
  const secret = Buffer.from(bytes.replaceAll(" ", ""), "hex");
  expect(createHash("sha1").update(secret).digest("base64")).toBe(hash);
});

import { createHash } from "node:crypto";
import { expect } from "@playwright/test";
import { test as base, untilStopped } from "./fixtures.ts";

/** The page over plain HTTP from another machine, as the browser sees it. */
const test = base.extend<object, { launchOptions: object }>({
  launchOptions: [
    async ({ launchOptions: { args = [], ...others } }: { launchOptions: { args?: string[] } }, use) =>
      use({ ...others, args: [...args, "--host-resolver-rules=MAP finder.test 127.0.0.1"] }),
    { scope: "worker" },
  ],
  address: async ({ server }, use) => use(`http://finder.test:${new URL(server.url).port}`),
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

import type { Browser, Page } from "@playwright/test";
import type { TestServer } from "../support/server.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";

const stops = 100;

/** From a click on Stop to the page's "Stopped by you", which stands for the server's report. */
export async function clickToProof(
  browser: Browser,
  { url }: TestServer,
  listed: "first match" | "near misses",
): Promise<Row> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByLabel("Name", { exact: true }).fill("zzzzzzzzzzzz");
  if (listed === "near misses") await page.getByRole("checkbox", { name: "also list near misses" }).check();
  const values: number[] = [];
  for (let i = 0; i < stops; i++) {
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page
      .getByText(/^Searching…/)
      .first()
      .waitFor();
    values.push(await proofAfterClick(page));
  }
  await page.close();
  return {
    name: `click on Stop to "Stopped", ${listed}`,
    unit: "ms",
    better: "less",
    summary: summarize(values),
    goals: [{ of: "median", value: 60 }],
  };
}

/** Clicks the Stop of the newest search; milliseconds until the page says that it is proven. */
async function proofAfterClick(page: Page): Promise<number> {
  // As text, because this project's checks know no DOM outside of web/.
  return await page.evaluate(`(async () => {
    const stop = [...document.querySelectorAll("article button")].find((button) => /^Stop/.test(button.textContent));
    const card = stop.closest("article");
    const proven = Promise.withResolvers();
    const observer = new MutationObserver(() => card.textContent.includes("Stopped by you.") && proven.resolve());
    observer.observe(card, { subtree: true, childList: true, characterData: true });
    const startedAt = performance.now();
    stop.click();
    await proven.promise;
    observer.disconnect();
    return performance.now() - startedAt;
  })()`);
}

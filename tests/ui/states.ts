import { test as base } from "@playwright/test";
import { buildPage, serveFolder } from "../support/built-page.ts";

export const viewNames = [
  "all",
  "empty",
  "running",
  "stopping",
  "stopped",
  "lost",
  "machines",
  "machine-open",
  "errors",
  "keys",
  "token",
  "known",
  "offline",
  "streams",
  "no-streams",
  "match",
  "bad-match",
  "guide",
  "scenario",
] as const;
export const languageCodes = ["en", "zh", "ja"] as const;

/** Tests of the page of states, which is built and served once, without the search server. */
export const test = base.extend<{ openView: OpenView }, { statesUrl: string }>({
  statesUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern.
    async ({}, use) => {
      const page = await buildPage("test");
      const server = await serveFolder(page.folder);
      await use(`${server.url}/states.html`);
      await server.close();
      page.remove();
    },
    { scope: "worker" },
  ],
  openView: async ({ page, statesUrl }, use) => {
    await use(async (view, language) => {
      await page.goto(`${statesUrl}?view=${view}&lang=${language}`);
      await page.locator(`[data-view="${view}"]`).waitFor();
    });
  },
});

type OpenView = (view: (typeof viewNames)[number], language: (typeof languageCodes)[number]) => Promise<void>;

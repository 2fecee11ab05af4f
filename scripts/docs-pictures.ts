// Takes the pictures of the page that README.md shows, from a real server: `npm run
// pictures`. The machine should have nothing else to do: they show figures.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContextOptions, chromium, expect, type Page } from "@playwright/test";
import { browserFlags, findBrowser } from "./browser.ts";
import { startDemoServer } from "./demo-server.ts";

interface Picture {
  readonly file: string;
  readonly context: BrowserContextOptions;
  /** Where the page is opened. */
  readonly at: string;
  /** Brings the page to what is to be seen. */
  readonly act: (page: Page) => Promise<void>;
}

const longestMs = 60_000;
const desktop = { viewport: { width: 1200, height: 920 } } as const;

const pictures: readonly Picture[] = [
  {
    file: "running-light.png",
    context: { ...desktop, colorScheme: "light" },
    at: "#searches",
    act: (page) => searchFor(page, "hashfind", 200),
  },
  {
    file: "stopped-dark.png",
    context: { ...desktop, colorScheme: "dark" },
    at: "#searches",
    act: async (page) => {
      await searchFor(page, "hashfind", 100);
      await page
        .getByRole("button", { name: /^Stop hashfind|^Stop$/ })
        .first()
        .click();
      await page.getByText("The server confirmed").first().waitFor();
      await page.locator(".search-proof summary").click();
      await page.mouse.wheel(0, desktop.viewport.height / 2);
    },
  },
  {
    file: "phone.png",
    context: { viewport: { width: 360, height: 800 }, colorScheme: "light", hasTouch: true, isMobile: true },
    at: "#searches",
    act: (page) => searchFor(page, "hashfind", 20),
  },
  {
    file: "keyed-streams.png",
    context: { ...desktop, colorScheme: "light" },
    at: "#streams",
    act: async (page) => {
      const keys = page.getByRole("button", { name: /^[asdf]$/ });
      await keys.first().waitFor();
      for (const key of ["a", "s", "d"]) await page.getByRole("button", { name: key, exact: true }).click();
      await page
        .getByText(/Running: [5-9] of 10/)
        .first()
        .waitFor();
      await page.getByRole("button", { name: "s", exact: true }).click();
      for (const key of ["f", "g"]) await page.getByRole("button", { name: key, exact: true }).click();
      await page
        .getByText(/Done: all 10/)
        .first()
        .waitFor();
    },
  },
];

/** Searches for a name with its near misses, until so many are listed. */
async function searchFor(page: Page, name: string, nearMisses: number): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByRole("checkbox", { name: /near misses/ }).check();
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect
    .poll(
      async () => {
        const found = await page.locator(".card-odds tbody td:nth-of-type(1)").allTextContents();
        return Math.max(...found.map(Number));
      },
      { timeout: longestMs },
    )
    .toBeGreaterThan(nearMisses);
}

const server = await startDemoServer(["--port", "0", "--grpc-port", "0"]);
const browser = await chromium.launch({ executablePath: findBrowser().path, args: [...browserFlags] });
try {
  for (const { file, context, at, act } of pictures) {
    const opened = await browser.newContext({ ...context, locale: "en" });
    const page = await opened.newPage();
    await page.goto(`${server.url}/${at}`);
    await act(page);
    // What lies below the pointer looks pressed.
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(fileURLToPath(new URL("../docs", import.meta.url)), file) });
    await opened.close();
  }
} finally {
  await browser.close();
  await server.end("SIGTERM");
}

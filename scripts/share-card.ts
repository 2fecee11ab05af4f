// Makes the picture that stands beside a link to the page, web/public/share.png, from the
// page itself: `npm run pictures`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build, preview } from "vite";
import { browserFlags, findBrowser } from "./browser.ts";

const web = fileURLToPath(new URL("../web", import.meta.url));
const picture = { width: 1200, height: 630 };
// It is shown small: the page is taken at twice its size.
const scale = 2;
const viewport = { width: picture.width / scale, height: picture.height / scale };

// What is to be pressed says nothing in a picture.
const withoutControls = `
  .search-form, .status-row, .examples, .intro summary, .panels, .views, .choices, .connection, .searches-head,
  .card-actions, .card-figures, .card-odds, .card > .matches, .matches-foot, .copy, .stop-bar { display: none !important; }
  .masthead { padding: 1.5rem 1.5rem 0.75rem; }
  .layout { padding: 0 1.5rem; gap: 0.5rem; grid-template: "start" auto "searches" auto / minmax(0, 1fr); }
  .card { display: block; }
`;

const outDir = mkdtempSync(join(tmpdir(), "hash-finder-share-"));
try {
  await build({ root: web, mode: "test", logLevel: "error", build: { outDir, emptyOutDir: true } });
  const server = await preview({ root: web, logLevel: "error", build: { outDir }, preview: { port: 0 } });
  const browser = await chromium.launch({ executablePath: findBrowser().path, args: [...browserFlags] });
  try {
    const page = await browser.newPage({ viewport, deviceScaleFactor: scale, colorScheme: "light" });
    await page.goto(`${server.resolvedUrls?.local[0]}states.html?view=share&lang=en`);
    await page.locator(`[data-view="share"]`).waitFor();
    await page.addStyleTag({ content: withoutControls });
    await page.locator(".picture .hash").waitFor();
    await page.screenshot({ path: join(web, "public", "share.png") });
  } finally {
    await browser.close();
    await server.close();
  }
} finally {
  rmSync(outDir, { recursive: true });
}

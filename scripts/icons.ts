// Makes the icons of the installed page from web/public/favicon.svg: `npm run pictures`.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "@playwright/test";
import { browserFlags, findBrowser } from "./browser.ts";

const folder = fileURLToPath(new URL("../web/public", import.meta.url));
const background = "#1f5f5b";

interface Icon {
  readonly file: string;
  readonly pixels: number;
  /** How much of the width the sign takes; where it is less than all, the background fills the square. */
  readonly share: number;
}

const icons: readonly Icon[] = [
  { file: "icon-192.png", pixels: 192, share: 1 },
  { file: "icon-512.png", pixels: 512, share: 1 },
  // Systems cut these to shapes of their own, and leave at least a circle of 80 % of the width
  // (https://www.w3.org/TR/appmanifest/#icon-masks). The sign's corners are inside it.
  { file: "icon-maskable-192.png", pixels: 192, share: 0.72 },
  { file: "icon-maskable-512.png", pixels: 512, share: 0.72 },
  // iOS rounds the corners itself, and shows what is transparent in black.
  { file: "apple-touch-icon.png", pixels: 180, share: 0.84 },
];

async function draw(browser: Browser, { file, pixels, share }: Icon): Promise<void> {
  const page = await browser.newPage({ viewport: { width: pixels, height: pixels } });
  const sign = readFileSync(`${folder}/favicon.svg`).toString("base64");
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${share < 1 ? background : "none"}">
      <img src="data:image/svg+xml;base64,${sign}" style="width:${100 * share}vw" alt="">`,
  );
  await page.screenshot({ path: `${folder}/${file}`, omitBackground: true });
  await page.close();
}

const browser = await chromium.launch({ executablePath: findBrowser().path, args: [...browserFlags] });
try {
  for (const icon of icons) await draw(browser, icon);
} finally {
  await browser.close();
}

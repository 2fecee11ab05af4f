import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// The system's Chromium where there is one (Playwright's own cannot be
// downloaded on a closed network), else the one of `playwright install`.
const systemChromium = "/usr/bin/chromium";
const executablePath =
  process.env.HASH_FINDER_CHROMIUM ?? (existsSync(systemChromium) ? systemChromium : undefined);

// One at a time: each test measures a server of its own that wants every core.
export default defineConfig({
  testDir: "tests/ui",
  retries: 0,
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  reporter: "list",
  timeout: 30_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: "chromium",
    headless: true,
    trace: "off",
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [
        // Chromium's sandbox does not start as root.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [{ name: "chromium" }],
});

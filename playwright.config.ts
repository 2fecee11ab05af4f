import { defineConfig } from "@playwright/test";
import { browserFlags, findBrowser } from "./scripts/browser.ts";

export default defineConfig({
  testDir: "tests/ui",
  retries: 0,
  workers: 2,
  forbidOnly: process.env.CI !== undefined,
  reporter: "list",
  timeout: 30_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: "chromium",
    headless: true,
    trace: "off",
    launchOptions: { executablePath: findBrowser().path, args: [...browserFlags] },
  },
  projects: [
    { name: "states", testMatch: "accessibility.spec.ts", fullyParallel: true },
    // One at a time: each test measures a server of its own that wants every core.
    { name: "server", testIgnore: "accessibility.spec.ts", workers: 1, dependencies: ["states"] },
  ],
});

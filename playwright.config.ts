import { defineConfig } from "@playwright/test";
import { browserFlags, findBrowser } from "./scripts/browser.ts";
import { keepCompiled } from "./scripts/compiled.ts";
import { patient } from "./scripts/test-limits.ts";

// For the servers that tests start.
keepCompiled();

// What measures time, sees which of two comes first, or counts on a word each half
// second from machines: a test beside it would take the cores that it needs.
const alone = ["flood.spec.ts", "machines.spec.ts", "odds.spec.ts", "platforms.spec.ts"];

export default defineConfig({
  testDir: "tests/ui",
  retries: 0,
  workers: 2,
  forbidOnly: process.env.CI !== undefined,
  reporter: "list",
  timeout: patient(30_000),
  expect: { timeout: patient(10_000) },
  use: {
    browserName: "chromium",
    headless: true,
    trace: "off",
    launchOptions: { executablePath: findBrowser().path, args: [...browserFlags] },
  },
  projects: [
    { name: "states", testMatch: "accessibility.spec.ts", fullyParallel: true },
    // Each test has a server of its own, whose workers give way to all else.
    { name: "server", testIgnore: ["accessibility.spec.ts", ...alone], dependencies: ["states"] },
    { name: "alone", testMatch: alone, workers: 1, dependencies: ["server"] },
  ],
});

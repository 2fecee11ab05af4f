import { type Browser, chromium } from "@playwright/test";
import { browserFlags, findBrowser } from "../../scripts/browser.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { kernelName } from "./kernel.ts";

/** Runs something with a browser and a server process whose searches have no budget. */
export async function withServer<T>(
  use: (server: TestServer, browser: Browser) => Promise<T>,
  flags: readonly string[] = [],
): Promise<T> {
  const server = await startServer({ args: ["--maximum-hashes", "0", "--kernel", kernelName, ...flags] });
  try {
    const browser = await chromium.launch({ executablePath: findBrowser().path, args: [...browserFlags] });
    try {
      return await use(server, browser);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

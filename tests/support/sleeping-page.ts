import type { Page } from "@playwright/test";

/**
 * Halts a page's scripts and timers until they are woken, as a sleeping laptop or
 * a frozen tab does. `Page.setWebLifecycleState` leaves a visible page running
 * (Chromium 156: 75 timers of 20 ms in 1.5 s), a pause of the debugger does not.
 */
export async function putToSleep(page: Page): Promise<{ wake(): Promise<void> }> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Debugger.enable");
  const paused = new Promise<void>((resolve) => devTools.once("Debugger.paused", () => resolve()));
  await devTools.send("Debugger.pause");
  await paused;
  return {
    async wake() {
      await devTools.send("Debugger.resume");
      await devTools.detach();
    },
  };
}

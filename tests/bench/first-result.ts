import type { Page } from "@playwright/test";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";
import { withServer } from "./with-server.ts";

const names =
  "ada amy ann ben bob dan eva eve guy ian jan joe jon kim lea lee leo liv max may mia ned pat pia ray rob roy sam sue ted tim tom uma una val van vic wes zac zoe".split(
    " ",
  );

/** From a click on Search for a name of three letters to its match, on a server and page in use. */
export async function firstResult(): Promise<Row[]> {
  return await withServer(async ({ url }, browser) => {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByText("Server: connected").waitFor();
    for (const name of names.slice(0, 5)) await clickToMatch(page, name);
    const inPage: number[] = [];
    const painted: number[] = [];
    for (const name of [...names, ...names.map((name) => name.toUpperCase())]) {
      const times = await clickToMatch(page, name);
      inPage.push(times.inPage);
      painted.push(times.painted);
    }
    await page.close();
    return [
      {
        name: "click on Search to the match in the page, 3 letters",
        unit: "ms",
        better: "less",
        summary: summarize(inPage),
      },
      {
        name: "click on Search to the match shown, 3 letters",
        unit: "ms",
        better: "less",
        summary: summarize(painted),
        goals: [{ of: "median", value: 30 }],
      },
    ];
  });
}

/** Milliseconds from the click, by the browser's input clock, to the match and to the frame that shows it. */
async function clickToMatch(
  page: Page,
  name: string,
): Promise<{ readonly inPage: number; readonly painted: number }> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  // As text, because this project's checks know no DOM outside of web/.
  await page.evaluate(`void (globalThis.measured = new Promise((resolve) => {
    let clickedAt;
    addEventListener("click", (event) => { clickedAt = event.timeStamp; }, { capture: true, once: true });
    const observer = new MutationObserver(() => {
      const match = document.querySelector("article mark");
      if (clickedAt === undefined || !match) return;
      observer.disconnect();
      const inPage = performance.now() - clickedAt;
      // Heard in the frame that first lays the match out; what is posted from
      // there runs once that frame is drawn.
      new ResizeObserver((_, laidOut) => {
        laidOut.disconnect();
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve({ inPage, painted: performance.now() - clickedAt });
        port2.postMessage(undefined);
      }).observe(match);
    });
    observer.observe(document.body, { subtree: true, childList: true });
  }))`);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const times = await page.evaluate<{ inPage: number; painted: number }>("measured");
  await page.getByRole("button", { name: /^Take off the list/ }).click();
  await page.getByRole("article").waitFor({ state: "detached" });
  return times;
}

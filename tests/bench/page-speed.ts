import type { Browser, Page } from "@playwright/test";
import { chancePerHash, middle } from "../../client/odds/chance.ts";
import { readActivity } from "../support/activity.ts";
import type { TestServer } from "../support/server.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";
import { withServer } from "./with-server.ts";

const stops = 10;
const watchedMs = 1500;
// None of them is found whole in a bench's time.
const names = ["hashfinders", "chocolatebar", "thunderstorm", "extraordinary", "aaaabbbbcccc"];

interface Flood {
  readonly name: string;
  readonly distance: number;
}

/** How the page keeps up with a stream of matches: its long tasks, and its Stop. */
export async function pageSpeed(): Promise<Row[]> {
  return await withServer(async (server, browser) => {
    const perSecond = await speedOf(server, browser);
    return [
      ...(await underFlood(browser, server, 1000, perSecond)),
      ...(await underFlood(browser, server, 10_000, perSecond)),
    ];
  });
}

async function underFlood(
  browser: Browser,
  { url }: TestServer,
  wanted: number,
  perSecond: number,
): Promise<Row[]> {
  const flood = floodOf(wanted / perSecond);
  const page = await open(browser, url);
  const longest: number[] = [];
  const stopping: number[] = [];
  const arrived: number[] = [];
  for (let i = 0; i < stops; i++) {
    await search(page, flood);
    const watched = await watch(page);
    longest.push(watched.longestTaskMs);
    arrived.push(watched.matchesPerSecond);
    stopping.push(await stop(page));
    await page
      .getByRole("article")
      .getByText(/^Stopped by you\./)
      .waitFor();
    await page.getByRole("button", { name: /^Take off the list/ }).click();
  }
  await page.close();
  const about = `about ${wanted.toLocaleString("en")} matches a second`;
  return [
    {
      name: `matches that arrived, ${about}`,
      unit: "matches/s",
      better: "more",
      summary: summarize(arrived),
    },
    {
      name: `longest task of the page in 1.5 s, ${about}`,
      unit: "ms",
      better: "less",
      summary: summarize(longest),
      ...(wanted === 1000 && { goals: [{ of: "maximum", value: 50 }] }),
    },
    {
      name: `click on Stop to "Stopping…", ${about}`,
      unit: "ms",
      better: "less",
      summary: summarize(stopping),
      goals: [{ of: "maximum", value: 100 }],
    },
  ];
}

/** The name and distance whose chance per hash is the closest, by ratio. */
function floodOf(chance: number): Flood {
  const ratio = ({ name, distance }: Flood): number =>
    Math.abs(Math.log(middle(chancePerHash(name, distance)) / chance));
  const all = names.flatMap((name) => [2, 3, 4, 5, 6, 7].map((distance) => ({ name, distance })));
  return all.reduce((best, flood) => (ratio(flood) < ratio(best) ? flood : best));
}

/** Hashes a second of all workers, with the page open. */
async function speedOf({ url }: TestServer, browser: Browser): Promise<number> {
  const page = await open(browser, url);
  await search(page, { name: "zzzzzzzzzzzz", distance: 0 });
  await page
    .getByRole("article")
    .getByText(/a second\./)
    .waitFor();
  await page.waitForTimeout(watchedMs);
  const { hashesPerSecond } = await readActivity(url);
  await page.close();
  return hashesPerSecond;
}

async function open(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${url}/?lang=en`);
  await page.getByText("Server: connected").waitFor();
  return page;
}

async function search(page: Page, { name, distance }: Flood): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  if (distance > 0) await page.getByRole("combobox", { name: /^up to / }).selectOption(String(distance));
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page
    .getByRole("article")
    .getByText(/^Searching…/)
    .waitFor();
}

async function watch(page: Page): Promise<{ longestTaskMs: number; matchesPerSecond: number }> {
  // As text, because this project's checks know no DOM outside of web/.
  return await page.evaluate(`(async () => {
    const count = () => Number(/match(?:es)?\\s*([\\d,]+)/.exec(document.querySelector("article").textContent)?.[1].replaceAll(",", "") ?? 0);
    let longestTaskMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
    });
    observer.observe({ type: "longtask" });
    const [before, startedAt] = [count(), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, ${watchedMs}));
    observer.disconnect();
    return { longestTaskMs, matchesPerSecond: ((count() - before) / (performance.now() - startedAt)) * 1000 };
  })()`);
}

/** Clicks Stop; milliseconds by the browser's input clock until the card says so. */
async function stop(page: Page): Promise<number> {
  await page.evaluate(`void (globalThis.said = new Promise((resolve) => {
    let clickedAt;
    const card = document.querySelector("article");
    addEventListener("click", (event) => { clickedAt = event.timeStamp; }, { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (clickedAt === undefined || !/Stopping…|Stopped by you/.test(card.textContent)) return;
      observer.disconnect();
      resolve(performance.now() - clickedAt);
    });
    observer.observe(card, { subtree: true, childList: true, characterData: true });
  }))`);
  await page.getByRole("article").getByRole("button", { name: /^Stop/ }).click();
  return await page.evaluate<number>("said");
}

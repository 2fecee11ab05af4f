import { writeFileSync } from "node:fs";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Browser, Page } from "@playwright/test";
import type { SearchReport } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { tlsFlags } from "../support/certificates.ts";
import { described, environment } from "./environment.ts";
import { otherLoad } from "./other-load.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";
import { type Life, stopChart } from "./stop-chart.ts";
import { withServer } from "./with-server.ts";
import { reportIn } from "./workers-idle-at.ts";

const stops = 100;

const ways: Readonly<Record<string, readonly string[]>> = {
  "HTTP/1.1": [],
  "HTTP/2": tlsFlags("localhost"),
};

/** The moments of a Stop in their order, each with what has happened since the one before. */
export const moments = {
  aborted: "the click reaches the page, which aborts",
  seen: "abort, network, call signal: the search ends",
  polled: "the flag is raised, the last kernel polls it",
  left: "the last thread has left its slice",
  reported: "its result is back, the report is made",
  answered: "the report is in the page",
  said: "the page says “Stopped by you”",
  painted: "and has painted it",
} as const;

export type Moment = keyof typeof moments;

/**
 * The way of a Stop from a person's click to the page's proof, step by step.
 * Page and server are on one machine, whose clock both read: only therefore may
 * their times be subtracted here. The page itself never does.
 *
 * @param chart file to draw them into, as SVG
 */
export async function lifeOfAStop({ chart }: { readonly chart?: string | undefined } = {}): Promise<Row[]> {
  const lives: Life[] = [];
  let version = "";
  const load = await otherLoad();
  for (const [way, args] of Object.entries(ways)) {
    await withServer(async ({ url }, browser) => {
      version = browser.version();
      lives.push({ way, stops: await manyStops(browser, url) });
    }, args);
  }
  if (chart) {
    const machine = `${stops} Stops each, while others took ${load.toFixed(0)} % of the cores. Chromium ${version}; ${described(environment())}`;
    writeFileSync(chart, stopChart(lives, moments, machine));
  }
  return lives.flatMap(({ way, stops }) => rowsOf(way, stops));
}

function rowsOf(way: string, stops: readonly Readonly<Record<Moment, number>>[]): Row[] {
  const order = Object.keys(moments) as Moment[];
  return order.map((moment, i): Row => {
    const before = order[i - 1];
    const took = stops.map((at) => at[moment] - (before ? at[before] : 0));
    return { name: `${way}: ${moments[moment]}`, unit: "ms", better: "less", summary: summarize(took) };
  });
}

async function manyStops(browser: Browser, url: string): Promise<Readonly<Record<Moment, number>>[]> {
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  await page.addInitScript(noteTimes);
  await page.goto(url);
  await page.getByLabel("Name", { exact: true }).fill("zzzzzzzzzzzz");
  const all: Readonly<Record<Moment, number>>[] = [];
  while (all.length < stops) all.push(await stopOnce(page));
  await page.close();
  return all;
}

/** Milliseconds since the click of each moment of one Stop. */
async function stopOnce(page: Page): Promise<Readonly<Record<Moment, number>>> {
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const card = page.getByRole("article").first();
  await card
    .getByText(/^Searching…/)
    .first()
    .waitFor();
  const said: Promise<Said> = page.evaluate(`untilSaid()`);
  const answer = page.waitForResponse(/\/GetSearchReport$/);
  await card.getByRole("button", { name: /^Stop/ }).click();
  const { origin, clicked, aborted, answered, proven, painted } = await said;
  const report = reportIn(await (await answer).body());
  const sinceClick = (after: Duration | undefined): number => onServer(report, after) - origin - clicked;
  const { usedWorkers } = report;
  const seen = sinceClick(report.endingSeenAfter);
  // A thread between two slices has no interrupt to see.
  const polls = usedWorkers.flatMap(({ interruptSeenAfter }) => interruptSeenAfter ?? []);
  const polled = Math.max(seen, ...polls.map(sinceClick));
  const left = Math.max(polled, ...usedWorkers.map(({ lastBusyAfter }) => sinceClick(lastBusyAfter)));
  return {
    aborted: aborted - clicked,
    seen,
    polled,
    left,
    reported: sinceClick(report.workersIdleAfter),
    answered: answered - clicked,
    said: proven - clicked,
    painted: painted - clicked,
  };
}

/** Milliseconds of Unix time. */
function onServer({ startedAt }: SearchReport, after: Duration | undefined): number {
  if (!startedAt || !after) throw new Error("the report has no such time");
  return (
    Number(startedAt.seconds) * 1e3 + startedAt.nanos / 1e6 + Number(after.seconds) * 1e3 + after.nanos / 1e6
  );
}

interface Said {
  /** Of the page's clock, in Unix time. */
  readonly origin: number;
  /** When the browser took in the click. */
  readonly clicked: number;
  readonly aborted: number;
  readonly answered: number;
  readonly proven: number;
  readonly painted: number;
}

// As text, because this project's checks know no DOM outside of web/.
const noteTimes = `
  const noted = {};
  addEventListener("click", (event) => { noted.clicked = event.timeStamp; }, { capture: true });
  const abort = AbortController.prototype.abort;
  AbortController.prototype.abort = function (...reason) {
    noted.aborted ??= performance.now();
    return abort.apply(this, reason);
  };
  globalThis.untilSaid = async () => {
    performance.clearResourceTimings();
    delete noted.aborted;
    const card = document.querySelector("article");
    const proven = Promise.withResolvers();
    const observer = new MutationObserver(() => {
      if (card.textContent.includes("Stopped by you.")) proven.resolve(performance.now());
    });
    observer.observe(card, { subtree: true, childList: true, characterData: true });
    const said = await proven.promise;
    observer.disconnect();
    // A task after a frame's callbacks comes after its painting.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const painted = performance.now();
    const [asked] = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/GetSearchReport"));
    return { origin: performance.timeOrigin, ...noted, answered: asked.responseEnd, proven: said, painted };
  };`;

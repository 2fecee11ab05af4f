import { randomUUID } from "node:crypto";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Browser, chromium, type Page } from "@playwright/test";
import { HashNameRequestSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import {
  GetSearchReportRequestSchema,
  GetSearchReportResponseSchema,
  type SearchReport,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { browserFlags, findBrowser } from "../../scripts/browser.ts";
import { startServer, type TestServer } from "../support/server.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";

const stops = 100;

/** From a browser's Stop to idle workers and to the page's proof. */
export async function stopLatency(): Promise<Row[]> {
  const server = await startServer({ args: ["--maximum-hashes", "0"] });
  const browser = await chromium.launch({ executablePath: findBrowser().path, args: [...browserFlags] });
  try {
    return [
      ...(await abortToIdle(browser, server, "Find")),
      ...(await abortToIdle(browser, server, "FindRange")),
      await clickToProof(browser, server, "first match"),
      await clickToProof(browser, server, "every near miss"),
    ];
  } finally {
    await browser.close();
    await server.stop();
  }
}

/**
 * The browser's abort and the server's report carry the same machine's clock,
 * so they may be subtracted here; the page itself never does.
 */
async function abortToIdle(
  browser: Browser,
  { url }: TestServer,
  call: "Find" | "FindRange",
): Promise<Row[]> {
  const page = await browser.newPage();
  await page.goto(`${url}/favicon.svg`);
  const idle: number[] = [];
  const answered: number[] = [];
  for (let i = 0; i < stops; i++) {
    const searchId = randomUUID();
    const search = frame(
      toBinary(
        HashNameRequestSchema,
        create(HashNameRequestSchema, { desiredName: "zzzzzzzzzzzz", searchId }),
      ),
    );
    const ask = frame(
      toBinary(GetSearchReportRequestSchema, create(GetSearchReportRequestSchema, { searchId })),
    );
    const afterMs = 40 + Math.random() * 80;
    const { abortedAt, answeredAfter, body } = await page.evaluate(abortAndAsk, {
      call,
      search,
      ask,
      afterMs,
    });
    const report = reportIn(Uint8Array.from(body));
    idle.push(idleAt(report) - abortedAt);
    answered.push(answeredAfter);
  }
  await page.close();
  return [
    {
      name: `browser abort to workers idle, ${call}`,
      unit: "ms",
      summary: summarize(idle),
      goal: { of: "median", is: "below", value: 10 },
    },
    {
      name: `the same, tail, ${call}`,
      unit: "ms",
      summary: summarize(idle),
      goal: { of: "p99", is: "below", value: 50 },
    },
    { name: `browser abort to report, one clock, ${call}`, unit: "ms", summary: summarize(answered) },
  ];
}

async function clickToProof(browser: Browser, { url }: TestServer, mode: string): Promise<Row> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByLabel("Name", { exact: true }).fill("zzzzzzzzzzzz");
  await page.getByRole("radio", { name: mode }).check();
  const values: number[] = [];
  for (let i = 0; i < stops; i++) {
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page
      .getByText(/^Searching…/)
      .first()
      .waitFor();
    values.push(await proofAfterClick(page));
  }
  await page.close();
  return {
    name: `click on Stop to "Stopped", ${mode}`,
    unit: "ms",
    summary: summarize(values),
    goal: { of: "median", is: "below", value: 60 },
  };
}

/** Clicks the Stop of the newest search; milliseconds until the page says that it is proven. */
async function proofAfterClick(page: Page): Promise<number> {
  // As text, because this project's checks know no DOM outside of web/.
  return await page.evaluate(`(async () => {
    const stop = [...document.querySelectorAll("article button")].find((button) => /^Stop/.test(button.textContent));
    const card = stop.closest("article");
    const proven = Promise.withResolvers();
    const observer = new MutationObserver(() => card.textContent.includes("Stopped by you.") && proven.resolve());
    observer.observe(card, { subtree: true, childList: true, characterData: true });
    const startedAt = performance.now();
    stop.click();
    await proven.promise;
    observer.disconnect();
    return performance.now() - startedAt;
  })()`);
}

interface Abort {
  readonly call: string;
  readonly search: number[];
  readonly ask: number[];
  readonly afterMs: number;
}

/** Runs in the page: starts the call, aborts it, asks for its report. */
async function abortAndAsk({ call, search, ask, afterMs }: Abort) {
  const headers = { "content-type": "application/grpc-web+proto" };
  const controller = new AbortController();
  const ended = fetch(`/hash_name.HashFinder/${call}`, {
    method: "POST",
    headers,
    body: Uint8Array.from(search),
    signal: controller.signal,
  })
    .then((response) => response.arrayBuffer())
    .catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const startedAt = performance.now();
  const abortedAt = performance.timeOrigin + startedAt;
  controller.abort();
  const response = await fetch("/hash_name.v1.SearchReportService/GetSearchReport", {
    method: "POST",
    headers,
    body: Uint8Array.from(ask),
  });
  const body = [...new Uint8Array(await response.arrayBuffer())];
  const answeredAfter = performance.now() - startedAt;
  await ended;
  return { abortedAt, answeredAfter, body };
}

function frame(message: Uint8Array): number[] {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return [...head, ...message];
}

function reportIn(body: Uint8Array): SearchReport {
  const length = new DataView(body.buffer).getUint32(1);
  const { report } = fromBinary(GetSearchReportResponseSchema, body.subarray(5, 5 + length));
  if (!report) throw new Error("the server answered without a report");
  return report;
}

/** Unix time in milliseconds at which the last worker was idle. */
function idleAt({ startedAt, workersIdleAfter }: SearchReport): number {
  const ms = (time: { seconds: bigint; nanos: number } | undefined): number =>
    Number(time?.seconds ?? 0n) * 1000 + (time?.nanos ?? 0) / 1e6;
  return ms(startedAt) + ms(workersIdleAfter);
}

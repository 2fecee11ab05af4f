import { randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Browser } from "@playwright/test";
import { HashNameRequestSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { GetSearchReportRequestSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { endless } from "../support/clients.ts";
import type { TestServer } from "../support/server.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";
import { workersIdleAt } from "./workers-idle-at.ts";

const aborts = 100;

interface Options {
  readonly call: "Find" | "FindRange";
  /** What else the machine does, in words. */
  readonly load?: string;
  readonly goals?: { readonly median: number; readonly p99: number };
}

/**
 * From a browser's abort of a call to idle workers. Its clock and that of the
 * server's report are the same machine's, so they may be subtracted here; the
 * page itself never does.
 */
export async function abortToIdle(
  browser: Browser,
  { url }: TestServer,
  { call, load, goals }: Options,
): Promise<Row[]> {
  const page = await browser.newPage();
  await page.goto(`${url}/favicon.svg`);
  const idle: number[] = [];
  const answered: number[] = [];
  for (let i = 0; i < aborts; i++) {
    const searchId = randomUUID();
    const search = frame(
      toBinary(HashNameRequestSchema, create(HashNameRequestSchema, { ...endless(), searchId })),
    );
    const ask = frame(
      toBinary(GetSearchReportRequestSchema, create(GetSearchReportRequestSchema, { searchId })),
    );
    const afterMs = 20 + Math.random() * 60;
    const { abortedAt, answeredAfter, body } = await page.evaluate(abortAndAsk, {
      call,
      search,
      ask,
      afterMs,
    });
    idle.push(workersIdleAt(Uint8Array.from(body)) - abortedAt);
    answered.push(answeredAfter);
  }
  await page.close();
  const circumstances = [call, ...(load ? [load] : [])].join(", ");
  return [
    {
      name: `browser abort to workers idle, ${circumstances}`,
      unit: "ms",
      better: "less",
      summary: summarize(idle),
      ...(goals && {
        goals: [
          { of: "median", value: goals.median },
          { of: "p99", value: goals.p99 },
        ],
      }),
    },
    {
      name: `browser abort to report, one clock, ${circumstances}`,
      unit: "ms",
      better: "less",
      summary: summarize(answered),
    },
  ];
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

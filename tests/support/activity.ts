import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { ActivityService, type WatchActivityResponse } from "../../proto/gen/hash_name/v1/activity_pb.ts";

/** What the server says of itself now. */
export async function readActivity(url: string): Promise<WatchActivityResponse> {
  return await untilActivity(url, () => true);
}

/** Waits until no search runs and no worker computes. */
export async function untilIdle(url: string): Promise<WatchActivityResponse> {
  return await untilActivity(url, ({ searches, workersBusy }) => searches === 0 && workersBusy === 0);
}

/** Waits until the server's own counts are as wanted; fails after 10 s with the last ones. */
export async function untilActivity(
  at: string | Transport,
  wanted: (activity: WatchActivityResponse) => boolean,
): Promise<WatchActivityResponse> {
  const transport = typeof at === "string" ? createGrpcWebTransport({ baseUrl: at, httpVersion: "1.1" }) : at;
  const client = createClient(ActivityService, transport);
  const controller = new AbortController();
  const limit = AbortSignal.timeout(10_000);
  let last: WatchActivityResponse | undefined;
  try {
    for await (const activity of client.watchActivity(
      {},
      { signal: AbortSignal.any([controller.signal, limit]) },
    )) {
      last = activity;
      if (wanted(activity)) return activity;
    }
  } catch (error) {
    if (!limit.aborted) throw error;
  } finally {
    controller.abort();
  }
  throw new Error(
    `the server did not come to the wanted state in 10 s; last: ${JSON.stringify(last, printable)}`,
  );
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

import { setTimeout as pause } from "node:timers/promises";
import type { WatchActivityResponse } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { readActivity } from "../support/activity.ts";
import type { Lives } from "./lives.ts";

// Connections that nobody uses any more are closed by their clients within half a
// second, and freed readers within 15 s and a little.
const longestMs = 20_000;
const settlingMs = 3000;

/** Waits until nobody has anything at the server any more; after 20 s it answers what is left. */
export async function silence(web: Lives): Promise<WatchActivityResponse> {
  const limit = AbortSignal.timeout(longestMs);
  for (;;) {
    const activity = await readActivity(web.now.url);
    const { searches, searchesWaiting, streams, workersBusy } = activity;
    if (searches + searchesWaiting + streams + workersBusy === 0 || limit.aborted) {
      await pause(settlingMs);
      return activity;
    }
    await pause(100);
  }
}

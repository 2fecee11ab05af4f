import type { ServiceImpl } from "@connectrpc/connect";
import { mostWatchedSearches } from "../../proto/bounds.ts";
import type { ActivityService } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { isUuid, sentence } from "../../proto/rules.ts";
import { onAbort } from "../calls/abort.ts";
import { Admission } from "../calls/admission.ts";
import type { WatchLimits } from "../calls/limits.ts";
import { callOf } from "../edge/call.ts";
import { Sampler } from "../edge/sampler.ts";
import { type ActivityOf, ActivitySample } from "./activity-sample.ts";
import { invalid } from "./requests.ts";

export interface ActivityOptions extends ActivityOf {
  readonly watchLimits: WatchLimits;
  readonly serverInstance: string;
  readonly expectedHashesPerSecond: number;
}

/** What the server is doing now: counts, and the progress of searches by their UUID. */
export function activity(options: ActivityOptions): ServiceImpl<typeof ActivityService> {
  const { serverInstance, expectedHashesPerSecond } = options;
  const { maximumWatchersPerClient: perClient, maximumWatchers: inAll } = options.watchLimits;
  const admission = new Admission({ of: "watchers", perClient, inAll, waiting: 0 });
  const constant = { serverInstance, expectedHashesPerSecond };
  const sampler = new Sampler(
    () => new ActivitySample(options, constant),
    (before, now) => now.differsFrom(before),
  );
  return {
    async *watchActivity({ searchIds }, context) {
      refuseInvalid(searchIds);
      const { signal, responseHeader } = context;
      const ids = new Set(searchIds.map((id) => id.toLowerCase()));
      const call = callOf(context);
      const place = admission.enter(call.client);
      // The signal alone must do: when a client vanishes while the stream
      // waits for it, the generator never resumes.
      onAbort(signal, () => place.leave());
      call.sendHeaders(responseHeader);
      for await (const sample of sampler.watch(signal)) yield sample.of(call.identity, ids);
    },
  };
}

function refuseInvalid(searchIds: readonly string[]): void {
  const tooMany = searchIds.length > mostWatchedSearches;
  if (!tooMany && searchIds.every(isUuid)) return;
  const description = tooMany
    ? `Ask for at most ${mostWatchedSearches} searches.`
    : sentence({ rule: "search-id" });
  throw invalid([{ field: "search_ids", description }]);
}

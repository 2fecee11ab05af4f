import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { activityPauseMs, activitySilenceMs, mostWatchedSearches } from "../../proto/bounds.ts";
import type {
  ActivityService,
  LimitsSchema,
  SearchProgressSchema,
  WatchActivityResponseSchema,
} from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { isUuid, sentence } from "../../proto/rules.ts";
import { pause } from "../calls/abort.ts";
import type { Limits } from "../calls/limits.ts";
import { callOf, refuseAborted } from "../edge/call.ts";
import type { Searches } from "../search/searches.ts";
import type { Streams } from "../streams/streams.ts";
import { rpcError } from "./errors.ts";
import { duration } from "./messages.ts";
import { invalid } from "./requests.ts";

type Activity = MessageInitShape<typeof WatchActivityResponseSchema>;
type Progress = MessageInitShape<typeof SearchProgressSchema>;

/** What the server is doing now: counts, and the progress of searches by their UUID. */
export function activity(
  searches: Searches,
  streams: Streams,
  serverInstance: string,
  expectedHashesPerSecond: number,
): ServiceImpl<typeof ActivityService> {
  return {
    async *watchActivity({ searchIds }, { signal, values }) {
      refuseInvalid(searchIds);
      const ids = searchIds.map((id) => id.toLowerCase());
      let told: string | undefined;
      let toldAtMs = Number.NEGATIVE_INFINITY;
      try {
        for (;;) {
          const now = counts();
          if (now !== told || performance.now() - toldAtMs >= activitySilenceMs) {
            told = now;
            toldAtMs = performance.now();
            yield activityNow(callOf({ values }).client, ids);
          }
          await pause(activityPauseMs, signal);
        }
      } catch (error) {
        refuseAborted(signal);
        throw rpcError(error, serverInstance);
      }
    },
  };

  /** What is worth a message when it changes. */
  function counts(): string {
    const { engine } = searches;
    return [engine.hashes, engine.busy, searches.running(), searches.waiting, streams.count()].join();
  }

  function activityNow(caller: string, ids: readonly string[]): Activity {
    const { engine, rate } = searches;
    return {
      serverInstance,
      workers: engine.workers,
      workersBusy: engine.busy,
      searches: searches.running(),
      searchesOfCaller: searches.running(caller),
      searchesWaiting: searches.waiting,
      hashesComputed: BigInt(engine.hashes),
      hashesPerSecond: rate.perSecond,
      limits: limitsMessage({ ...streams.limits, ...searches.limits }),
      progress: ids.flatMap(progress),
      expectedHashesPerSecond,
      streams: streams.count(),
      streamsOfCaller: streams.count(caller),
    };
  }

  function progress(id: string): Progress[] {
    const search = searches.live(id);
    if (!search) return [];
    const searchesAhead = searches.ahead(id);
    return [
      {
        searchId: id,
        nextIndex: search.nextIndex,
        hashesComputed: search.hashes,
        hashesPerSecond: search.rate.perSecond,
        elapsed: duration(search.elapsedMs),
        ...(searchesAhead !== undefined && { searchesAhead }),
      },
    ];
  }
}

function refuseInvalid(searchIds: readonly string[]): void {
  const tooMany = searchIds.length > mostWatchedSearches;
  if (!tooMany && searchIds.every(isUuid)) return;
  const description = tooMany
    ? `Ask for at most ${mostWatchedSearches} searches.`
    : sentence({ rule: "search-id" });
  throw invalid([{ field: "search_ids", description }]);
}

function limitsMessage(limits: Limits): MessageInitShape<typeof LimitsSchema> {
  return {
    maximumHashes: limits.maximumHashes,
    maximumTime: duration(limits.maximumTimeMs),
    maximumSearchesPerClient: limits.maximumSearchesPerClient,
    maximumSearches: limits.maximumSearches,
    maximumWaiting: limits.maximumWaiting,
    maximumStreamsPerClient: limits.maximumStreamsPerClient,
    maximumStreams: limits.maximumStreams,
  };
}

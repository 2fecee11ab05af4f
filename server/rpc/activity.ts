import { setTimeout as sleep } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type {
  ActivityService,
  LimitsSchema,
  SearchProgressSchema,
  WatchActivityResponseSchema,
} from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { isUuid, sentence } from "../../proto/rules.ts";
import type { Limits } from "../search/limits.ts";
import type { Searches } from "../search/searches.ts";
import { callerKey, refuseAborted } from "./caller.ts";
import { rpcError } from "./errors.ts";
import { duration } from "./messages.ts";
import { Rate } from "./rate.ts";
import { invalid } from "./requests.ts";

const shortestPauseMs = 100;
const longestPauseMs = 1000;
const mostSearches = 64;

type Activity = MessageInitShape<typeof WatchActivityResponseSchema>;

/** What the server is doing now: counts, and the progress of searches by their UUID. */
export function activity(searches: Searches, serverInstance: string): ServiceImpl<typeof ActivityService> {
  return {
    async *watchActivity({ searchIds }, { signal, values }) {
      if (searchIds.length > mostSearches || !searchIds.every(isUuid)) {
        const description =
          searchIds.length > mostSearches
            ? `Ask for at most ${mostSearches} searches.`
            : sentence({ rule: "search-id" });
        throw invalid([{ field: "search_ids", description }]);
      }
      const watch = new Watch(searches, serverInstance, values.get(callerKey), searchIds);
      let last: string | undefined;
      let lastAtMs = Number.NEGATIVE_INFINITY;
      try {
        for (;;) {
          const nowMs = performance.now();
          const message = watch.read(nowMs);
          const counts = watch.counts();
          if (counts !== last || nowMs - lastAtMs >= longestPauseMs) {
            yield message;
            last = counts;
            lastAtMs = nowMs;
          }
          await sleep(shortestPauseMs, undefined, { signal });
        }
      } catch (error) {
        refuseAborted(signal);
        throw rpcError(error, serverInstance);
      }
    },
  };
}

class Watch {
  readonly #searches: Searches;
  readonly #serverInstance: string;
  readonly #caller: string;
  readonly #ids: readonly string[];
  readonly #rate = new Rate();
  readonly #rates = new Map<string, Rate>();

  constructor(searches: Searches, serverInstance: string, caller: string, ids: readonly string[]) {
    this.#searches = searches;
    this.#serverInstance = serverInstance;
    this.#caller = caller;
    this.#ids = ids.map((id) => id.toLowerCase());
    for (const id of this.#ids) this.#rates.set(id, new Rate());
  }

  /** What is worth a message when it changes. */
  counts(): string {
    const { engine } = this.#searches;
    return [engine.hashes, engine.busy, this.#searches.count(), this.#searches.count(this.#caller)].join();
  }

  read(nowMs: number): Activity {
    const { engine, limits } = this.#searches;
    const { hashes } = engine;
    return {
      serverInstance: this.#serverInstance,
      workers: engine.workers,
      workersBusy: engine.busy,
      searches: this.#searches.count(),
      searchesOfCaller: this.#searches.count(this.#caller),
      searchesWaiting: 0,
      hashesComputed: BigInt(hashes),
      hashesPerSecond: this.#rate.sample(nowMs, hashes),
      limits: limitsMessage(limits),
      progress: this.#ids.flatMap((id) => this.#progress(id, nowMs)),
    };
  }

  #progress(id: string, nowMs: number): MessageInitShape<typeof SearchProgressSchema>[] {
    const search = this.#searches.running(id);
    if (!search) return [];
    const { hashes, nextIndex, elapsedMs } = search;
    return [
      {
        searchId: id,
        nextIndex,
        hashesComputed: hashes,
        hashesPerSecond: this.#rates.get(id)?.sample(nowMs, Number(hashes)) ?? 0,
        elapsed: duration(elapsedMs),
      },
    ];
  }
}

function limitsMessage(limits: Limits): MessageInitShape<typeof LimitsSchema> {
  return {
    maximumHashes: limits.maximumHashes,
    maximumTime: duration(limits.maximumTimeMs),
    maximumSearchesPerClient: limits.maximumSearchesPerClient,
    maximumSearches: limits.maximumSearches,
  };
}

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type HashCredit,
  HashCreditSchema,
  type Limits,
  LimitsSchema,
  type SearchProgress,
  SearchProgressSchema,
  type WatchActivityResponseSchema,
} from "../../proto/gen/hash_name/v1/activity_pb.ts";
import type { ClientLimits, SearchLimits, StreamLimits } from "../calls/limits.ts";
import type { Identity } from "../edge/who/identity.ts";
import type { CreditLevel, Quotas } from "../quotas/quotas.ts";
import type { Searches } from "../search/searches.ts";
import type { Streams } from "../streams/streams.ts";
import { duration } from "./messages.ts";

/** Who hears of it. */
export type Caller = Pick<Identity, "client" | "owner" | "name" | "limits">;

export type Activity = MessageInitShape<typeof WatchActivityResponseSchema>;

/** What there is to tell of. */
export interface ActivityOf {
  readonly searches: Searches;
  readonly streams: Streams;
  readonly quotas: Quotas;
}

/**
 * What the server is doing at one moment, for any number of watchers: counts
 * are taken once, and the progress of a search once, however many watch it.
 */
export class ActivitySample {
  readonly #searches: Searches;
  readonly #streams: Streams;
  readonly #quotas: Quotas;
  readonly #counts: Activity & { readonly hashesComputed: bigint };
  readonly #news: string;
  readonly #progress = new Map<string, SearchProgress | undefined>();

  /** @param constant what never changes while the server runs */
  constructor({ searches, streams, quotas }: ActivityOf, constant: Activity) {
    this.#searches = searches;
    this.#streams = streams;
    this.#quotas = quotas;
    const { engine } = searches;
    this.#counts = {
      ...constant,
      workers: engine.workers,
      workersBusy: engine.busy,
      searches: searches.running(),
      searchesWaiting: searches.waiting,
      hashesComputed: BigInt(engine.hashes),
      hashesPerSecond: searches.hashesPerSecond,
      streams: streams.count(),
    };
    const { hashesComputed, workersBusy, searches: running, searchesWaiting, streams: open } = this.#counts;
    this.#news = [hashesComputed, workersBusy, running, searchesWaiting, open].join();
  }

  /** Whether anything that is worth a message is not as it was. */
  differsFrom(other: ActivitySample): boolean {
    return this.#news !== other.#news;
  }

  /** What one caller hears of it: of searches, the progress of its own. */
  of({ client, owner, name, limits }: Caller, ids: Iterable<string>): Activity {
    const progress: SearchProgress[] = [];
    for (const id of ids) {
      const known = this.#searches.isOf(id, owner) ? this.#progressOf(id) : undefined;
      if (known) progress.push(known);
    }
    // The workers have gone on since the total was taken: it is never less than its parts.
    const told = progress.reduce((sum, { hashesComputed }) => sum + hashesComputed, 0n);
    const { hashesComputed } = this.#counts;
    const credit = this.#quotas.credit({ client, limits });
    return {
      ...this.#counts,
      hashesComputed: told > hashesComputed ? told : hashesComputed,
      searchesOfCaller: this.#searches.running(client),
      streamsOfCaller: this.#streams.count(client),
      ...(credit && { hashCredit: creditMessage(credit) }),
      callerName: name,
      limits: this.#limitsOf(limits),
      progress,
    };
  }

  /** What the server gives to a client that has these of its own. */
  #limitsOf(own: ClientLimits): Limits {
    const usual = { ...this.#streams.limits, ...this.#searches.limits };
    const { maximumSearches = usual.maximumSearchesPerClient, ...ofEach } = own;
    return limitsMessage({ ...usual, ...ofEach, maximumSearchesPerClient: maximumSearches });
  }

  #progressOf(id: string): SearchProgress | undefined {
    if (this.#progress.has(id)) return this.#progress.get(id);
    const progress = progressNow(this.#searches, id);
    this.#progress.set(id, progress);
    return progress;
  }
}

/** The limits as the contract writes them. */
export function limitsMessage(limits: SearchLimits & StreamLimits): Limits {
  return create(LimitsSchema, {
    maximumHashes: limits.maximumHashes,
    maximumTime: duration(limits.maximumTimeMs),
    maximumSearchesPerClient: limits.maximumSearchesPerClient,
    maximumSearches: limits.maximumSearches,
    maximumWaiting: limits.maximumWaiting,
    maximumStreamsPerClient: limits.maximumStreamsPerClient,
    maximumStreams: limits.maximumStreams,
  });
}

function creditMessage({ left, full, perSecond }: CreditLevel): HashCredit {
  return create(HashCreditSchema, {
    left: BigInt(left),
    full: BigInt(full),
    perSecond: BigInt(perSecond),
  });
}

function progressNow(searches: Searches, id: string): SearchProgress | undefined {
  const search = searches.live(id);
  if (!search) return undefined;
  const searchesAhead = searches.ahead(id);
  return create(SearchProgressSchema, {
    searchId: id,
    nextIndex: search.nextUnsent,
    matchesSent: search.matchesSent,
    hashesComputed: search.hashes,
    hashesPerSecond: search.rate.perSecond,
    elapsed: duration(search.elapsedMs),
    ...(searchesAhead !== undefined && { searchesAhead }),
  });
}

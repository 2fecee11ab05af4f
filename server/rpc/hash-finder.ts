import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { HashFinder, HashNameRequest } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { searchIdHeader } from "../../proto/headers.ts";
import { onAbort } from "../calls/abort.ts";
import { abortedError, callOf, causeOf, EndedByEdge, refuseAborted } from "../edge/call.ts";
import { firstAndRest, lastMessageIn, messagesIn } from "../matches/unpack.ts";
import type { Quotas } from "../quotas/quotas.ts";
import type { KnownSearch } from "../search/ended-search.ts";
import type { Search } from "../search/search.ts";
import type { Ask, Searches } from "../search/searches.ts";
import { searchSpan } from "../tracing/search-span.ts";
import { searchRequestOf } from "./requests.ts";

/** The contract's HashFinder, on the server's searches. */
export function hashFinder(searches: Searches, quotas: Quotas, log: Logger): ServiceImpl<typeof HashFinder> {
  return {
    async find(request, context) {
      const ask = asked(request, context, "find");
      const search = joinable(ask) ?? beginOrJoin(await permitted(ask, context), context);
      const { leave, alone } = join(search, context.signal);
      try {
        return lastMessageIn((await Promise.race([search.answer(), alone])).frames);
      } finally {
        leave();
      }
    },

    async *findRange(request, context) {
      const search = begin(await permitted(asked(request, context, "findRange"), context), context);
      const { leave } = join(search, context.signal, (reason) => searches.note(search.id, reason));
      try {
        const call = callOf(context);
        call.sendHeaders(context.responseHeader);
        for await (const { frames } of search.batches()) {
          if (!call.frames.fit) {
            yield* messagesIn(frames);
            continue;
          }
          const { first, rest } = firstAndRest(frames);
          call.frames.add(rest);
          yield first;
        }
      } finally {
        leave();
      }
    },
  };

  function asked(request: HashNameRequest, context: HandlerContext, call: Ask["call"]): Ask {
    const { client, owner, limits: clientLimits } = callOf(context).identity;
    const { maximumHashes = searches.limits.maximumHashes } = clientLimits;
    const { id, query } = searchRequestOf(request, call === "find" ? "ideal" : "interesting", maximumHashes);
    refuseAborted(context.signal);
    context.responseHeader.set(searchIdHeader, id);
    log.debug({ searchId: id, client, call, name: query.name }, "a search is asked for");
    return { id, client, owner, clientLimits, query, call };
  }

  /** @throws Refused */
  function begin(ask: Ask, { requestHeader }: HandlerContext): Search {
    const span = searchSpan(requestHeader, ask.id, ask.call);
    try {
      const search = searches.start({ ...ask, ...(span.headers && { trace: span.headers }) });
      void search.ended.then(span.ended);
      return search;
    } catch (error) {
      span.refused(error);
      throw error;
    }
  }

  /**
   * Browsers re-send a unary call when its connection is cut before the answer
   * starts: the second call joins the search of the first.
   */
  function joinable(ask: Ask): KnownSearch | undefined {
    const same = searches.same(ask);
    if (!same) return undefined;
    log.info({ searchId: ask.id, client: ask.client }, "the call joins the search that it started before");
    return same;
  }

  /** The same call may have come a second time while the first one was let in. */
  function beginOrJoin(ask: Ask, context: HandlerContext): KnownSearch {
    const same = joinable(ask);
    if (same) ask.permit?.release();
    return same ?? begin(ask, context);
  }

  /**
   * The search with its client's leave to begin.
   *
   * @throws Refused
   */
  async function permitted(ask: Ask, { requestHeader, signal }: HandlerContext): Promise<Ask> {
    const { client, clientLimits: limits = {}, query } = ask;
    const { start, end } = query;
    try {
      return { ...ask, permit: await quotas.admit({ client, limits }, Number(end - start), signal) };
    } catch (error) {
      searchSpan(requestHeader, ask.id, ask.call).refused(error);
      throw error;
    }
  }
}

/**
 * Makes the call one of the search's callers until it ends. The signal alone
 * must do: when a client vanishes while the stream waits for it, the generator
 * never resumes, and its `finally` never runs.
 */
function join(search: KnownSearch, signal: AbortSignal, onCut?: (reason: string) => void): Joined {
  const leaveFor = search.join();
  const { promise: alone, reject } = Promise.withResolvers<never>();
  // It may be that nobody waits for it.
  alone.catch(() => {});
  const letGo = onAbort(signal, () => {
    const { reason } = signal;
    if (reason instanceof EndedByEdge) onCut?.(reason.rawMessage);
    // A call that was the last one hears how the search has ended.
    if (leaveFor(causeOf(signal))) reject(abortedError(signal));
  });
  return {
    alone,
    leave: () => {
      letGo();
      leaveFor("cancelled");
    },
  };
}

interface Joined {
  readonly leave: () => void;
  /** Rejects when this call has ended while others of the same search stay. */
  readonly alone: Promise<never>;
}

import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { HashFinder, HashNameRequest } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { searchIdHeader } from "../../proto/headers.ts";
import { onAbort } from "../calls/abort.ts";
import { callOf, causeOf, refuseAborted } from "../edge/call.ts";
import { firstAndRest, lastMessageIn, messagesIn } from "../matches/unpack.ts";
import type { Search } from "../search/search.ts";
import type { Ask, Searches } from "../search/searches.ts";
import { searchRequestOf } from "./requests.ts";

/** The contract's HashFinder, on the server's searches. */
export function hashFinder(searches: Searches, log: Logger): ServiceImpl<typeof HashFinder> {
  const { maximumHashes } = searches.limits;
  return {
    async find(request, context) {
      const search = started(request, context, "find");
      const leave = join(search, context.signal);
      try {
        return lastMessageIn((await search.answer()).frames);
      } finally {
        leave();
      }
    },

    async *findRange(request, context) {
      const search = started(request, context, "findRange");
      const leave = join(search, context.signal);
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

  function started(request: HashNameRequest, context: HandlerContext, call: Ask["call"]): Search {
    const { id, query } = searchRequestOf(request, call === "find" ? "ideal" : "interesting", maximumHashes);
    refuseAborted(context.signal);
    context.responseHeader.set(searchIdHeader, id);
    const client = callOf(context).client;
    // Browsers re-send a unary call when its connection is cut before the answer
    // starts: the second call joins the search of the first.
    const ask: Ask = { id, client, query, call };
    log.debug({ searchId: id, client, call, name: query.name }, "a search is asked for");
    const same = call === "find" ? searches.same(ask) : undefined;
    if (same) log.info({ searchId: id, client }, "the call joins the search that it started before");
    return same ?? searches.start(ask);
  }
}

/**
 * Makes the call one of the search's callers until it ends. The signal alone
 * must do: when a client vanishes while the stream waits for it, the generator
 * never resumes, and its `finally` never runs.
 */
function join(search: Search, signal: AbortSignal): () => void {
  const leave = search.join();
  const letGo = onAbort(signal, () => leave(causeOf(signal)));
  return () => {
    letGo();
    leave("cancelled");
  };
}

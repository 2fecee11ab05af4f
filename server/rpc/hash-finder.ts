import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { HashFinder, HashNameRequest } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { onAbort } from "../calls/abort.ts";
import { callOf, causeOf, refuseAborted } from "../edge/call.ts";
import { firstAndRest, lastMessageIn, messagesIn } from "../matches/unpack.ts";
import type { Search } from "../search/search.ts";
import type { Searches } from "../search/searches.ts";
import { askOf } from "./requests.ts";

/** The contract's HashFinder, on the server's searches. */
export function hashFinder(searches: Searches, log: Logger): ServiceImpl<typeof HashFinder> {
  const { maximumHashes } = searches.limits;
  return {
    async find(request, context) {
      const search = started(request, context, "ideal");
      const leave = join(search, context.signal);
      try {
        return lastMessageIn((await search.answer()).frames);
      } finally {
        leave();
      }
    },

    async *findRange(request, context) {
      const search = started(request, context, "interesting");
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

  function started(
    request: HashNameRequest,
    context: HandlerContext,
    lists: "ideal" | "interesting",
  ): Search {
    const { id, query } = askOf(request, lists, maximumHashes);
    refuseAborted(context.signal);
    context.responseHeader.set("search-id", id);
    const client = callOf(context).client;
    // Browsers re-send a unary call when its connection is cut before the answer
    // starts: the second call joins the search of the first.
    const same = lists === "ideal" ? searches.same({ id, client, query }) : undefined;
    if (same) log.info({ searchId: id, client }, "the call joins the search that it started before");
    return same ?? searches.start({ id, client, query });
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

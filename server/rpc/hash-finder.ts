import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { HashFinder, HashNameRequest } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { searchIdHeader } from "../../proto/headers.ts";
import { onAbort } from "../calls/abort.ts";
import { callOf, causeOf, refuseAborted } from "../edge/call.ts";
import type { Search } from "../search/search.ts";
import type { Searches } from "../search/searches.ts";
import { rpcError } from "./errors.ts";
import { matchMessage } from "./messages.ts";
import { searchRequestOf } from "./requests.ts";

/** The contract's HashFinder, on the server's searches. */
export function hashFinder(
  searches: Searches,
  serverInstance: string,
  log: Logger,
): ServiceImpl<typeof HashFinder> {
  const { maximumHashes } = searches.limits;
  return {
    async find(request, context) {
      let leave: Leave | undefined;
      try {
        const search = started(request, context, "ideal");
        leave = join(search, context.signal);
        return matchMessage(await search.answer());
      } catch (error) {
        throw rpcError(error, serverInstance);
      } finally {
        leave?.();
      }
    },

    async *findRange(request, context) {
      let leave: Leave | undefined;
      try {
        const search = started(request, context, "interesting");
        leave = join(search, context.signal);
        for await (const match of search.matches()) yield matchMessage(match);
      } catch (error) {
        throw rpcError(error, serverInstance);
      } finally {
        leave?.();
      }
    },
  };

  function started(
    request: HashNameRequest,
    context: HandlerContext,
    lists: "ideal" | "interesting",
  ): Search {
    const { id, query } = searchRequestOf(request, lists, maximumHashes);
    refuseAborted(context.signal);
    context.responseHeader.set(searchIdHeader, id);
    const client = callOf(context).client;
    // Browsers re-send a unary call when its connection is cut before the answer
    // starts: the second call joins the search of the first.
    const same = lists === "ideal" ? searches.same({ id, client, query }) : undefined;
    if (same) log.info({ searchId: id, client }, "the call joins the search that it started before");
    return same ?? searches.start({ id, client, query });
  }
}

type Leave = () => void;

/**
 * Makes the call one of the search's callers until it ends. The signal alone
 * must do: when a client vanishes while the stream waits for it, the generator
 * never resumes, and its `finally` never runs.
 */
function join(search: Search, signal: AbortSignal): Leave {
  const leave = search.join();
  const letGo = onAbort(signal, () => leave(causeOf(signal)));
  return () => {
    letGo();
    leave("cancelled");
  };
}

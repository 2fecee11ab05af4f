import type { ServiceImpl } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { Message } from "../../proto/gen/message_pb.ts";
import { keySentence, keyViolation } from "../../proto/key-rule.ts";
import { onAbort } from "../calls/abort.ts";
import { callOf, causeOf, refuseAborted } from "../edge/call.ts";
import type { Stream } from "../streams/stream.ts";
import type { Streams } from "../streams/streams.ts";
import { rpcError } from "./errors.ts";
import { invalid } from "./requests.ts";

/** The contract's Message, on the server's streams. */
export function keyedStreams(
  streams: Streams,
  serverInstance: string,
  log: Logger,
): ServiceImpl<typeof Message> {
  return {
    async *stream({ key }, { signal, values }) {
      refuseInvalid(key);
      refuseAborted(signal);
      const client = callOf({ values }).client;
      let stream: Stream | undefined;
      let letGo = () => {};
      try {
        const opened = streams.open(key, client);
        stream = opened;
        // The signal alone must do: when a client vanishes while the stream
        // waits for it, the generator never resumes.
        letGo = onAbort(signal, () => opened.end(causeOf(signal)));
        for await (const message of opened.messages()) {
          log.debug({ key, client, message }, "stream message");
          yield { message };
        }
      } catch (error) {
        throw rpcError(error, serverInstance);
      } finally {
        letGo();
        stream?.end("cancelled");
      }
    },
  };
}

function refuseInvalid(key: string): void {
  const violation = keyViolation(key);
  if (violation) throw invalid([{ field: "key", description: keySentence(violation) }]);
}

import type { ServiceImpl } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { Message } from "../../proto/gen/message_pb.ts";
import { keySentence, keyViolation } from "../../proto/key-rule.ts";
import { onAbort } from "../calls/abort.ts";
import { callOf, causeOf, refuseAborted } from "../edge/call.ts";
import type { Streams } from "../streams/streams.ts";
import { invalid } from "./requests.ts";

/** The contract's Message, on the server's streams. */
export function keyedStreams(streams: Streams, log: Logger): ServiceImpl<typeof Message> {
  return {
    async *stream({ key }, context) {
      const { signal, responseHeader } = context;
      refuseInvalid(key);
      refuseAborted(signal);
      const call = callOf(context);
      const { client } = call;
      const stream = streams.open(key, client);
      // The signal alone must do: when a client vanishes while the stream
      // waits for it, the generator never resumes.
      const letGo = onAbort(signal, () => stream.end(causeOf(signal)));
      try {
        call.sendHeaders(responseHeader);
        for await (const message of stream.messages()) {
          log.debug({ key, client, message }, "stream message");
          yield { message };
        }
      } finally {
        letGo();
        stream.end("cancelled");
      }
    },
  };
}

function refuseInvalid(key: string): void {
  const violation = keyViolation(key);
  if (violation) throw invalid([{ field: "key", description: keySentence(violation) }]);
}

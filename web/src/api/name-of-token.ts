import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { ActivityService } from "../../../proto/gen/hash_name/v1/activity_pb.ts";

// A server that is there answers within milliseconds.
const patienceMs = 5_000;

/**
 * What the server calls the holder of a token; undefined when it does not know it.
 *
 * @throws when the server does not answer
 */
export async function nameOfToken(token: string): Promise<string | undefined> {
  // What no header can hold is no token.
  if (!/^[\x21-\x7e]+$/.test(token)) return undefined;
  const client = createClient(ActivityService, createGrpcWebTransport({ baseUrl: location.origin }));
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(patienceMs)]);
  const headers = { authorization: `Bearer ${token}` };
  try {
    for await (const { callerName } of client.watchActivity({}, { headers, signal })) {
      return callerName;
    }
    throw new Error("the server said nothing");
  } catch (error) {
    if (ConnectError.from(error).code === Code.Unauthenticated) return undefined;
    throw error;
  } finally {
    controller.abort();
  }
}

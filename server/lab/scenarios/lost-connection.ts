import { EventKind } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { pause } from "../../calls/abort.ts";
import type { LabEvent } from "../events.ts";
import { loopbackClient, startServer } from "../loopback.ts";
import { madeCall } from "../made-call.ts";
import { type Damage, TcpProxy } from "../proxy.ts";
import { callerPlace, countRequest, type Stage, serverPlace } from "./stage.ts";

/** How long the two sides have to notice. */
const noticeMs = 8000;
const messageEveryMs = 200;
/** The call is under way when its second message is there. */
const messagesBefore = 2;

/**
 * A call through a proxy, which damages the connection under it. Ends when both
 * sides know; one that does not notice is told of, and the connection closed.
 */
export async function lostConnection(how: Damage, { rehearsal, serve, pingEveryMs }: Stage): Promise<void> {
  const { signal } = rehearsal;
  const call = "count";
  const { port } = await startServer(rehearsal, serve, serverPlace, { pingEveryMs });
  const proxy = new TcpProxy(port, rehearsal);
  const client = loopbackClient(rehearsal, await proxy.listen(), pingEveryMs);

  const underWay = Promise.withResolvers<void>();
  const serverKnows = rehearsal.heard(isAborted);
  const ended = madeCall(rehearsal.teller(callerPlace, call), { signal }, async (options, onMessage) => {
    for await (const { number } of client.count(countRequest(rehearsal, call, messageEveryMs), options)) {
      onMessage();
      if (number >= messagesBefore) underWay.resolve();
    }
  });
  const callerKnows = rehearsal.hold(ended).then(
    () => {},
    () => {},
  );
  // Without a message it ends with its error.
  await Promise.race([underWay.promise, ended]);

  const tellOfProxy = rehearsal.teller("proxy", call);
  tellOfProxy(EventKind.CONNECTION_CHANGED, { words: how });
  proxy.damage(how);
  const unaware = new Set([callerPlace, serverPlace]);
  await within(noticeMs, signal, [
    callerKnows.then(() => unaware.delete(callerPlace)),
    serverKnows.then(() => unaware.delete(serverPlace)),
  ]);
  if (unaware.size === 0) return;
  for (const place of unaware) {
    rehearsal.teller(place, call)(EventKind.NOT_NOTICED, { words: `${noticeMs / 1000} s` });
  }
  tellOfProxy(EventKind.CONNECTION_CHANGED, { words: "closed by the rehearsal" });
  proxy.cut();
  await within(noticeMs, signal, [callerKnows, serverKnows]);
}

function isAborted({ place, kind }: LabEvent): boolean {
  return place === serverPlace && kind === EventKind.CANCEL_SEEN;
}

/** Waits for all of them, as long as the time lasts. @throws the signal's reason */
async function within(ms: number, signal: AbortSignal, all: readonly Promise<unknown>[]): Promise<void> {
  const over = new AbortController();
  const waiting = pause(ms, AbortSignal.any([signal, over.signal]));
  waiting.catch(() => {});
  await Promise.race([Promise.all(all), waiting]);
  over.abort();
  signal.throwIfAborted();
}

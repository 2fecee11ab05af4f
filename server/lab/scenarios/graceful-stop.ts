import { EventKind } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { pause } from "../../calls/abort.ts";
import { loopbackClient, startServer } from "../loopback.ts";
import { madeCall } from "../made-call.ts";
import { callerPlace, type Stage, serverPlace, sleepRequest } from "./stage.ts";

const stopAfterMs = 500;
/** For calls under way to finish. */
const graceMs = 2000;
const lateAfterMs = 300;

const shortMs = 1500;
const longMs = 10_000;

/**
 * A server that is told to stop while two calls are under way: the short one
 * finishes, the long one is told, and a third, made after that, is not taken.
 */
export async function gracefulStop({ rehearsal, serve, pingEveryMs }: Stage): Promise<void> {
  const { signal } = rehearsal;
  const { port, stop } = await startServer(rehearsal, serve, serverPlace, { pingEveryMs });
  const client = loopbackClient(rehearsal, port, pingEveryMs);
  const call = (name: string, ms: number): Promise<void> => {
    const made = madeCall(rehearsal.teller(callerPlace, name), { signal }, async (options, onMessage) => {
      await client.work(sleepRequest(rehearsal, name, ms), options);
      onMessage();
    });
    return rehearsal.hold(made).catch(() => {});
  };
  const made = [call("short", shortMs), call("long", longMs)];
  await pause(stopAfterMs, signal);
  rehearsal.teller(serverPlace)(EventKind.SERVER_STOPS);
  const stopped = stop(graceMs);
  await pause(lateAfterMs, signal);
  made.push(call("late", shortMs));
  await Promise.all([stopped, ...made]);
  signal.throwIfAborted();
}

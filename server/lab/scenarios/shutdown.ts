import { EventKind } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { untilAborted } from "../../calls/abort.ts";
import { loopbackClient, startServer } from "../loopback.ts";
import { madeCall } from "../made-call.ts";
import { callerPlace, type Stage, serverPlace, sleepRequest } from "./stage.ts";

const call = "work";
const workMs = 10_000;
/** As good as at once; a server that is stopped in no time at all has none for last words. */
const graceMs = 100;

/** A server that leaves in the middle of a call, and says so to its caller. */
export async function shutdown({ rehearsal, serve, pingEveryMs }: Stage): Promise<void> {
  const { signal } = rehearsal;
  const { port, stop } = await startServer(rehearsal, serve, serverPlace, { pingEveryMs });
  const client = loopbackClient(rehearsal, port, pingEveryMs);
  const working = rehearsal.heard(({ kind }) => kind === EventKind.WORK_BEGUN);
  const made = madeCall(rehearsal.teller(callerPlace, call), { signal }, async (options, onMessage) => {
    await client.work(sleepRequest(rehearsal, call, workMs), options);
    onMessage();
  });
  const ended = rehearsal.hold(made).catch(() => {});
  await untilAborted(Promise.race([working, made]), signal);
  rehearsal.teller(serverPlace)(EventKind.SERVER_STOPS);
  await Promise.all([stop(graceMs), ended]);
  signal.throwIfAborted();
}

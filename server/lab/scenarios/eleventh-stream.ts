import { EventKind } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { pause, untilAborted } from "../../calls/abort.ts";
import { type LabClient, loopbackClient, startServer } from "../loopback.ts";
import { madeCall } from "../made-call.ts";
import { placesWithLine, tenPlaces } from "../places.ts";
import type { Rehearsal } from "../rehearsal.ts";
import { callerPlace, countRequest, type Stage, serverPlace } from "./stage.ts";

const messageEveryMs = 500;
/** How long the caller of the eleventh stream waits before the ten others are stopped. */
const silenceMs = 2000;

const tenStreams = "ten streams";
const oneOfTen = "one of ten";
const eleventh = "eleventh";

/** Ten streams at a server with ten places, and one more, whose caller is told at once or hears nothing. */
export async function eleventhStream(line: number, { rehearsal, serve, pingEveryMs }: Stage): Promise<void> {
  const { signal } = rehearsal;
  const admit = placesWithLine(line);
  const { port } = await startServer(rehearsal, serve, serverPlace, { pingEveryMs, admit });
  const client = loopbackClient(rehearsal, port, pingEveryMs);
  const answered = rehearsal.heard((event) => event.call === eleventh && event.kind === EventKind.CODE_SENT);
  // Each of them would tell the same.
  rehearsal.mute(oneOfTen);

  const ten = openStreams(rehearsal, client, { told: tenStreams, asked: oneOfTen, streams: tenPlaces });
  await untilAborted(Promise.race([ten.opened, ten.ended]), signal);
  const one = openStreams(rehearsal, client, { told: eleventh, asked: eleventh, streams: 1 });
  let hasHeard = false;
  void Promise.race([one.opened, one.ended]).then(() => {
    hasHeard = true;
  });
  await pause(silenceMs, signal);
  if (!hasHeard) rehearsal.teller(callerPlace, eleventh)(EventKind.HEARD_NOTHING);
  ten.stop();
  await ten.ended;
  const isServed = await untilAborted(Promise.race([one.opened, one.ended]), signal);
  one.stop();
  await one.ended;
  if (isServed) await untilAborted(answered, signal);
  signal.throwIfAborted();
}

interface Opened {
  /** When each of them has its first message: true. */
  readonly opened: Promise<true>;
  /** When all have ended, however: false. */
  readonly ended: Promise<false>;
  stop(): void;
}

/** Opens streams that are told of as one. */
function openStreams(
  rehearsal: Rehearsal,
  client: LabClient,
  { told, asked, streams }: { readonly told: string; readonly asked: string; readonly streams: number },
): Opened {
  const mine = new AbortController();
  const { promise: opened, resolve } = Promise.withResolvers<true>();
  const signal = AbortSignal.any([mine.signal, rehearsal.signal]);
  let open = 0;
  const made = madeCall(rehearsal.teller(callerPlace, told), { signal }, async (options, onMessage) => {
    const read = async (): Promise<void> => {
      for await (const { number } of client.count(countRequest(rehearsal, asked, messageEveryMs), options)) {
        if (number > 1n || ++open < streams) continue;
        onMessage();
        resolve(true);
      }
    };
    await Promise.all(Array.from({ length: streams }, read));
  });
  const over = (): false => false;
  return { opened, ended: rehearsal.hold(made).then(over, over), stop: () => mine.abort() };
}

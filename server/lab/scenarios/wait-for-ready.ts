import { Code, ConnectError } from "@connectrpc/connect";
import { EventKind } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { pause } from "../../calls/abort.ts";
import { freePort } from "../free-port.ts";
import { loopbackClient, startServer } from "../loopback.ts";
import { deadline, madeCall } from "../made-call.ts";
import { callerPlace, type Stage, serverPlace, sleepRequest } from "./stage.ts";

/** When the server is there. */
const readyAfterMs = 1500;
const workMs = 300;
const retryMs = 200;

// By name: whether the call waits for its server, and for how long.
const calls = [
  ["waits", { waits: true, timeoutMs: 5000 }],
  ["does not wait", { waits: false, timeoutMs: 5000 }],
  ["waits too short", { waits: true, timeoutMs: 600 }],
] as const;

/** Three calls made before their server listens: one waits for it, one does not, one has too little time. */
export async function waitForReady(stage: Stage): Promise<void> {
  const { rehearsal, serve, pingEveryMs } = stage;
  const { signal } = rehearsal;
  const port = await freePort();
  const made = calls.map(([name, how]) => rehearsal.hold(play(stage, port, name, how)).catch(() => {}));
  await pause(readyAfterMs, signal);
  await startServer(rehearsal, serve, serverPlace, { port, pingEveryMs });
  await Promise.all(made);
  signal.throwIfAborted();
}

async function play(
  { rehearsal, pingEveryMs }: Stage,
  port: number,
  name: string,
  { waits, timeoutMs }: { readonly waits: boolean; readonly timeoutMs: number },
): Promise<void> {
  const client = loopbackClient(rehearsal, port, pingEveryMs);
  const tell = rehearsal.teller(callerPlace, name);
  const endsAtMs = performance.now() + timeoutMs;
  const leftMs = (): number => endsAtMs - performance.now();
  await madeCall(tell, { signal: rehearsal.signal, timeoutMs }, async (options, onMessage) => {
    for (;;) {
      try {
        await client.work(sleepRequest(rehearsal, name, workMs), { ...options, ...deadline(leftMs()) });
        onMessage();
        return;
      } catch (error) {
        const { code, rawMessage } = ConnectError.from(error);
        if (!waits || code !== Code.Unavailable) throw error;
        tell(EventKind.CONNECTION_CHANGED, { words: rawMessage });
      }
      await pause(Math.max(0, Math.min(retryMs, leftMs())), rehearsal.signal);
      if (leftMs() <= 0) throw new ConnectError("The server was not there in time.", Code.DeadlineExceeded);
    }
  });
}

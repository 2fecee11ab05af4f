import { type RehearseRequest, Scenario } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import type { Serve } from "./loopback.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { eleventhStream } from "./scenarios/eleventh-stream.ts";
import { gracefulStop } from "./scenarios/graceful-stop.ts";
import { lostConnection } from "./scenarios/lost-connection.ts";
import { shutdown } from "./scenarios/shutdown.ts";
import type { Stage } from "./scenarios/stage.ts";
import { waitForReady } from "./scenarios/wait-for-ready.ts";

const pingEveryMs = 500;
/** As good as without an end. */
const longLine = 1000;

const scenarios: Readonly<Record<number, (stage: Stage) => Promise<void>>> = {
  [Scenario.CONNECTION_CLOSED]: (stage) => lostConnection("closed", stage),
  [Scenario.CONNECTION_RESET]: (stage) => lostConnection("reset", stage),
  [Scenario.CONNECTION_FROZEN]: (stage) => lostConnection("frozen", stage),
  [Scenario.CONNECTION_HALF_OPEN]: (stage) => lostConnection("half open", stage),
  [Scenario.WAIT_FOR_READY]: waitForReady,
  [Scenario.GRACEFUL_STOP]: gracefulStop,
  [Scenario.SHUTDOWN]: shutdown,
  [Scenario.ELEVENTH_WAITS]: (stage) => eleventhStream(longLine, stage),
  [Scenario.ELEVENTH_REFUSED]: (stage) => eleventhStream(0, stage),
};

/**
 * Plays a scenario, caller and server, as a rehearsal of its own; it ends when the
 * scenario does.
 *
 * @throws what the scenario could not get, such as a port; nothing when the rehearsal has ended
 */
export async function play(
  { scenario, pings }: Pick<RehearseRequest, "scenario" | "pings">,
  rehearsal: Rehearsal,
  serve: Serve,
): Promise<void> {
  const stage = { rehearsal, serve, pingEveryMs: pings ? pingEveryMs : undefined };
  try {
    await scenarios[scenario]?.(stage);
  } catch (error) {
    if (!rehearsal.signal.aborted) throw error;
  }
}

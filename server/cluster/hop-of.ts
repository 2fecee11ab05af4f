import type { Hop as HopMessage } from "../../proto/gen/hash_name/v1/hop_pb.ts";
import type { ScanAccepted, ScanEnded } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import type { Hop, HopBehind } from "../engine/workers.ts";
import { milliseconds } from "./milliseconds.ts";

// A tree of servers is told as far as this; who says more says it in vain.
const mostBehind = 256;
const longestName = 128;

/** What a server said of a range, as the report tells it. */
export function hopOf(
  accepted: ScanAccepted | undefined,
  ended: ScanEnded | undefined,
  { hashes, isConfirmed, deadlineMs }: { hashes: number; isConfirmed: boolean; deadlineMs: number },
): Hop {
  const { interruptSeenAfter, idleAfter, hashesAfterInterrupt } = ended ?? {};
  const behind = (ended?.hops ?? []).slice(0, mostBehind).map(hopBehind);
  const hashesBehind = behind.reduce((sum, hop) => sum + hop.hashes, 0);
  return {
    serverInstance: shortened(accepted?.serverInstance),
    serverName: shortened(accepted?.serverName),
    // What the servers behind it computed is theirs.
    hashes: Math.max(0, hashes - hashesBehind),
    hashesAfterInterrupt: Number(hashesAfterInterrupt ?? 0n),
    interruptSeenAfterMs: interruptSeenAfter && milliseconds(interruptSeenAfter),
    idleAfterMs: idleAfter ? milliseconds(idleAfter) : 0,
    isConfirmed,
    endsWithinMs: isConfirmed ? 0 : deadlineMs,
    behind,
  };
}

function hopBehind(hop: HopMessage): HopBehind {
  return {
    serverInstance: shortened(hop.serverInstance),
    serverName: shortened(hop.serverName),
    hashes: Number(hop.hashes),
    hashesAfterInterrupt: Number(hop.hashesAfterInterrupt),
    interruptSeenAfterMs: hop.interruptSeenAfter && milliseconds(hop.interruptSeenAfter),
    idleAfterMs: hop.idleAfter ? milliseconds(hop.idleAfter) : 0,
    unconfirmed: hop.unconfirmed,
    endsWithinMs: hop.endsWithin ? milliseconds(hop.endsWithin) : 0,
  };
}

function shortened(text = ""): string {
  return text.slice(0, longestName);
}

import { scanPlainly } from "../../server/kernel/reference.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { packMatches } from "../../server/matches/pack.ts";
import { type Match, matchesIn } from "./matches.ts";

/** All matches of a range of any length, up to an ideal one, in frames, computed plainly on this thread. */
export function plainFrames(job: ScanJob): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let done = 0; done < job.count; ) {
    const start = job.start + BigInt(done);
    const { tried, matches } = scanPlainly({ ...job, start, count: job.count - done }, () => false);
    const { frames, endsIdeal } = packMatches(matches, start, job.idealDistance);
    parts.push(frames);
    if (endsIdeal) break;
    done += tried;
  }
  return Buffer.concat(parts);
}

/** The same, decoded. */
export function plainMatches(job: ScanJob): readonly Match[] {
  return [...matchesIn(plainFrames(job))];
}

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { WatchActivityResponse } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import { createKnownRate } from "../odds/known-rate.ts";
import { createOdds, type Odds } from "../odds/odds.ts";
import { createWorkerOracle } from "../odds/worker-oracle.ts";

/** The odds, computed in a worker. Components that read them are rendered again when more is known. */
export function createPageOdds(): Odds {
  const answers = signal(0);
  const odds = createOdds(createWorkerOracle(), () => {
    answers.value++;
  });
  return {
    chance(name, distance) {
      void answers.value;
      return odds.chance(name, distance);
    },
  };
}

/** Hashes a second of the server: while it works, else when it last worked, else as it expects of itself. */
export function knownRate(
  activity: ReadonlySignal<WatchActivityResponse | undefined>,
): ReadonlySignal<number | undefined> {
  const rateAfter = createKnownRate();
  const rate = signal<number | undefined>(undefined);
  effect(() => {
    if (activity.value === undefined) return;
    rate.value = rateAfter({ atMs: performance.now(), ...activity.value });
  });
  return rate;
}

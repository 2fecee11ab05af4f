import { useEffect, useRef, useState } from "preact/hooks";
import type { SearchState } from "../../session/search-state.ts";
import { lastTried, type Sample, sampleAt, sampleOf } from "./sample.ts";

const usualMs = 250;
// A hit stays long enough to be seen.
const hitMs = 700;
const calmMs = 1_000;

/** A candidate of the search: a few a second while it runs, then the last; its hit if it has ended with one. */
export function useSample(state: SearchState): Sample | undefined {
  const [sample, show] = useState<Sample>();
  const shownAt = useRef(Number.NEGATIVE_INFINITY);
  const index = lastTried(state);
  const hit = state.run.last;
  const lastHit = useRef(hit);
  const { kind } = state;

  useEffect(() => {
    const isNewHit = hit !== undefined && (hit !== lastHit.current || kind === "found");
    if (kind === "running" && performance.now() < shownAt.current + pauseMs(sample, isNewHit)) return;
    shownAt.current = performance.now();
    if (isNewHit) {
      lastHit.current = hit;
      show(sampleOf(hit));
      return;
    }
    if (index === undefined) return;
    let isWanted = true;
    sampleAt(index, state.query.name).then(
      (next) => {
        if (isWanted) show(next);
      },
      // What hashes could not be loaded: the line stays as it is.
      () => {},
    );
    return () => {
      isWanted = false;
    };
  }, [index, hit, kind]);
  return sample;
}

function pauseMs(shown: Sample | undefined, isNewHit: boolean): number {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return calmMs;
  return shown?.isHit && !isNewHit ? hitMs : usualMs;
}

import { durationMs } from "@bufbuild/protobuf/wkt";
import { machinesOf } from "../../../../client/machines.ts";
import { isProven } from "../../../../client/proven.ts";
import type { SearchState } from "../../session/search-state.ts";
import { proofWords } from "../../words/proof-words.ts";
import { words } from "../parts/language.ts";
import { MachineLanes } from "./machine-lanes.tsx";
import { Moment, PageMoments } from "./page-moments.tsx";

interface ProofTimelineProps {
  readonly state: SearchState;
  readonly now: number;
}

/**
 * The figures of a stop, the browser's, the server's, and those of the machines
 * that it computes through. Their clocks are never subtracted from each other,
 * so each has a list of its own.
 */
export function ProofTimeline({ state, now }: ProofTimelineProps) {
  const { numbers } = words.value;
  const text = proofWords(words.value);
  const { report } = state;
  const isAlone = report === undefined || machinesOf(report).length === 0;
  return (
    <>
      {!isAlone && <h3>{text.pageClock}</h3>}
      <PageMoments state={state} />
      {report && (
        <>
          <h3>{text.ownClock}</h3>
          <ol class="timeline">
            {report.endingSeenAfter && (
              <Moment at={numbers.milliseconds(durationMs(report.endingSeenAfter))} what={text.cancelSeen} />
            )}
            {report.workersIdleAfter && (
              <Moment
                at={numbers.milliseconds(durationMs(report.workersIdleAfter))}
                what={isProven(report) ? text.workersIdle : text.restIdle}
              />
            )}
          </ol>
          <p class="timeline-note">
            {isAlone ? text.after(report.hashesAfterEnding) : text.heard(report.hashesAfterEnding)}
          </p>
          <MachineLanes state={state} now={now} />
        </>
      )}
    </>
  );
}

import { durationMs } from "@bufbuild/protobuf/wkt";
import { isProven, machinesOf } from "../../session/machines.ts";
import type { LastStop } from "../../store/last-stop.ts";
import { words } from "../parts/language.ts";
import { MachineLanes } from "./machine-lanes.tsx";

interface ProofTimelineProps {
  readonly last: LastStop;
  readonly now: number;
}

/**
 * The figures of a stop, the browser's, the server's, and those of the machines
 * that it computes through. Their clocks are never subtracted from each other,
 * so each has a list of its own.
 */
export function ProofTimeline({ last: { state, stop }, now }: ProofTimelineProps) {
  const { proof: text, machines, numbers } = words.value;
  const { report } = state;
  const isAlone = report === undefined || machinesOf(report).length === 0;
  return (
    <>
      {!isAlone && <h3>{machines.pageClock}</h3>}
      <ol class="timeline">
        <Moment at={numbers.milliseconds(0)} what={text.pressed(state.query.name)} />
        {state.kind === "stopped" && (
          <Moment at={numbers.milliseconds(state.confirmedInMs)} what={text.confirmed} key={stop.at} />
        )}
      </ol>
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
                what={isProven(report) ? text.workersIdle : machines.restIdle}
              />
            )}
          </ol>
          <p class="timeline-note">
            {isAlone ? text.after(report.hashesAfterEnding) : machines.heard(report.hashesAfterEnding)}
          </p>
          <MachineLanes state={state} now={now} />
        </>
      )}
    </>
  );
}

function Moment({ at, what }: { readonly at: string; readonly what: string }) {
  return (
    <li>
      <span class="at">{at}</span> <span class="what">{what}</span>
    </li>
  );
}

import { durationMs } from "@bufbuild/protobuf/wkt";
import type { LastStop } from "../store/last-stop.ts";
import { words } from "./language.ts";

/**
 * The figures of a stop, the browser's and the server's. The two clocks are
 * never subtracted from each other, so each has a list of its own.
 */
export function ProofTimeline({ last: { state, stop } }: { readonly last: LastStop }) {
  const { proof: text, numbers } = words.value;
  const { report } = state;
  return (
    <>
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
                what={text.workersIdle}
              />
            )}
          </ol>
          <p class="timeline-note">{text.after(report.hashesAfterEnding)}</p>
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

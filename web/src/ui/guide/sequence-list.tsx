import { callsIn, type StageEvent } from "../../rehearsal/event.ts";
import type { Act, Unit } from "../../rehearsal/scenario.ts";
import { type Moment, type Sequence, sequenceOf } from "../../rehearsal/sequence.ts";
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";
import { EventFacts, placeName } from "./event-words.tsx";

interface SequenceListProps {
  readonly act: Act;
  readonly events: readonly StageEvent[];
}

/**
 * What happened, in the order of all clocks laid beside each other: a line for each place, a dot for
 * each event. The words beside the dots say all of it again, so the drawing is for eyes only.
 */
export function SequenceList({ act, events }: SequenceListProps) {
  const text = guideWords(words.value);
  const sequence = sequenceOf(act, events);
  const hasSeveralCalls = callsIn(events).size > 1;
  return (
    <section class="sequence-part">
      <h4>{text.sequence}</h4>
      <p class="sequence-places" aria-hidden="true">
        {sequence.places.map((place, lane) => (
          <span key={place} data-lane={lane}>
            {placeName(place)}
          </span>
        ))}
      </p>
      {events.length === 0 && <p class="hint">{text.nothingYet}</p>}
      <ol class="sequence">
        {sequence.moments.map((moment, i) => (
          <Line
            key={i}
            moment={moment}
            sequence={sequence}
            showsCall={hasSeveralCalls}
            unit={act.unit ?? "slept"}
          />
        ))}
      </ol>
    </section>
  );
}

interface LineProps {
  readonly moment: Moment;
  readonly sequence: Sequence;
  readonly showsCall: boolean;
  readonly unit: Unit;
}

function Line({ moment, sequence, showsCall, unit }: LineProps) {
  const { numbers } = words.value;
  const text = guideWords(words.value);
  const { event, sinceMs, lane } = moment;
  return (
    <li>
      <span class="at">{numbers.milliseconds(sinceMs)}</span>
      <Graph moment={moment} places={sequence.places} />
      <span class="what">
        {showsCall && event.call !== "" && <span class="call-name">{event.call}</span>}{" "}
        <b data-lane={lane}>{placeName(event.place)}</b> {text.events[event.kind]}
        <EventFacts event={event} unit={unit} />
      </span>
    </li>
  );
}

const laneWidth = 20;
// In the middle of the first line of words, whatever comes below it.
const dotAt = 12;

function Graph({ moment: { lane, from }, places }: { moment: Moment; places: readonly string[] }) {
  const x = (index: number) => (index + 0.5) * laneWidth;
  return (
    <svg class="graph" style={{ width: `${places.length * laneWidth}px` }} aria-hidden="true">
      {places.map((place, i) => (
        <line key={place} class="graph-lane" x1={x(i)} x2={x(i)} y1="0" y2="100%" />
      ))}
      {from !== undefined && <line class="graph-way" x1={x(from)} x2={x(lane)} y1={dotAt} y2={dotAt} />}
      <circle data-lane={lane} cx={x(lane)} cy={dotAt} r="5" />
    </svg>
  );
}

import { boxes, reachedBoxes } from "../../rehearsal/chart.ts";
import type { StageEvent } from "../../rehearsal/event.ts";
import { guideWords } from "../../words/guide-words.ts";
import { Glyph } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";

interface FlowChartProps {
  readonly events: readonly StageEvent[];
  readonly call: string;
}

/** The way of a handler, of which that lights up which its events tell. */
export function FlowChart({ events, call }: FlowChartProps) {
  const text = guideWords(words.value).chart;
  const reached = reachedBoxes(events, call);
  return (
    <section class="flow-chart">
      <h4>{text.title}</h4>
      <ol>
        {boxes.map((box) => {
          const isReached = reached.has(box);
          return (
            <li key={box} data-box={box} data-reached={isReached}>
              {isReached && <Glyph kind="done" />}
              {text[box]}
              <span class="unseen"> ({isReached ? text.reached : text.notReached})</span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

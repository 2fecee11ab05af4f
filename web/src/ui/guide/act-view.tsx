import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { compare } from "../../rehearsal/compare.ts";
import type { Act } from "../../rehearsal/scenario.ts";
import { guideWords } from "../../words/guide-words.ts";
import { Glyph } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { ComparisonTable } from "./comparison-table.tsx";
import { FlowChart } from "./flow-chart.tsx";
import type { ActRecord } from "./run.ts";
import { SequenceList } from "./sequence-list.tsx";
import { ToldTable } from "./told-table.tsx";

interface ActViewProps {
  readonly act: Act;
  readonly record: ActRecord | undefined;
}

/** One thing that is tried: what happened, and beside it what was expected. It opens when it begins. */
export function ActView({ act, record }: ActViewProps) {
  const text = guideWords(words.value);
  const details = useRef<HTMLDetailsElement>(null);
  const hasBegun = record !== undefined;
  useLayoutEffect(() => {
    if (hasBegun && details.current) details.current.open = true;
  }, [hasBegun]);
  const { events, isOver } = record ?? { events: [], isOver: false };
  const comparison = useMemo(() => compare(act, events, isOver), [act, events, isOver]);
  return (
    <details ref={details} class="act" data-verdict={hasBegun ? comparison.verdict : "open"}>
      <summary>
        <h3>{text.acts[act.name].title}</h3>
        {isOver && (
          <span class="verdict" data-verdict={comparison.verdict === "agrees" ? "done" : "warning"}>
            <Glyph kind={comparison.verdict === "agrees" ? "done" : "warning"} />
            {text.verdicts[comparison.verdict]}
          </span>
        )}
      </summary>
      <p>{text.acts[act.name].text}</p>
      {act.charted !== undefined && <FlowChart events={events} call={act.charted} />}
      {act.told && <ToldTable told={act.told} events={events} />}
      <div class="act-parts">
        <SequenceList act={act} events={events} />
        <ComparisonTable comparison={comparison} isOver={isOver} />
      </div>
    </details>
  );
}

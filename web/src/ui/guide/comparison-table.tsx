import { errorCodes, statusName } from "../../rehearsal/codes.ts";
import type { Comparison, LaneComparison, Row, RowVerdict } from "../../rehearsal/compare.ts";
import { callsIn } from "../../rehearsal/event.ts";
import type { Step } from "../../rehearsal/scenario.ts";
import { guideWords } from "../../words/guide-words.ts";
import { Glyph, type GlyphKind } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { EventCode, laneName } from "./event-words.tsx";

interface ComparisonTableProps {
  readonly comparison: Comparison;
  readonly isOver: boolean;
}

/** For each side of each call, what was expected beside what was observed; then what must hold of all together. */
export function ComparisonTable({ comparison: { lanes, checks }, isOver }: ComparisonTableProps) {
  const text = guideWords(words.value);
  return (
    <section class="comparison-part">
      <table class="comparison">
        <caption>{text.comparison}</caption>
        <thead>
          <tr>
            <th scope="col">{text.expected}</th>
            <th scope="col">{text.observed}</th>
          </tr>
        </thead>
        {lanes.map((lane, i) => (
          <LaneRows
            key={i}
            comparison={lane}
            isOver={isOver}
            showsCall={callsIn(lanes.map(({ lane }) => lane)).size > 1}
          />
        ))}
      </table>
      {checks.length > 0 && (
        <ul class="guide-checks">
          {checks.map(({ check, verdict }) => (
            <li key={check.name} data-verdict={verdict}>
              <Mark verdict={verdict} /> {text.checks[check.name]}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface LaneRowsProps {
  readonly comparison: LaneComparison;
  readonly isOver: boolean;
  readonly showsCall: boolean;
}

function LaneRows({ comparison: { lane, rows }, isOver, showsCall }: LaneRowsProps) {
  const text = guideWords(words.value);
  const isNothing = rows.length === 0;
  return (
    <tbody>
      <tr>
        <th colSpan={2} scope="rowgroup">
          {laneName(lane.place, lane.role)}
          {showsCall && lane.call !== "" && <span class="call-name"> {lane.call}</span>}
        </th>
      </tr>
      {rows.map((row, i) => (
        <ComparedRow key={i} row={row} />
      ))}
      {isNothing && (
        <tr data-verdict={isOver ? "agrees" : "awaited"}>
          <td>{text.nothing}</td>
          <td>
            {isOver ? <Mark verdict="agrees" /> : <Mark verdict="awaited" />} {isOver && text.nothing}
          </td>
        </tr>
      )}
    </tbody>
  );
}

function ComparedRow({ row: { expected, observed, verdict } }: { readonly row: Row }) {
  const text = guideWords(words.value);
  const [first] = observed;
  return (
    <tr data-verdict={verdict}>
      <td>{expected ? <ExpectedStep step={expected} /> : text.nothing}</td>
      <td>
        <Mark verdict={verdict} />{" "}
        {first && (
          <>
            {text.events[first.kind]}
            <EventCode event={first} />
            {observed.length > 1 && <span class="fact"> {text.times(observed.length)}</span>}
          </>
        )}
      </td>
    </tr>
  );
}

function ExpectedStep({ step: { kind, codes } }: { readonly step: Step }) {
  const text = guideWords(words.value);
  return (
    <>
      {text.events[kind]} {codes === errorCodes && text.anyError}
      {codes !== errorCodes &&
        codes?.map((code, i) => (
          <span key={code}>
            {i > 0 && text.or}
            <code>{statusName(code)}</code>
          </span>
        ))}
    </>
  );
}

type MarkVerdict = RowVerdict | "fails";

const glyphs = {
  agrees: "done",
  awaited: "pending",
  missing: "warning",
  unexpected: "warning",
  "other-code": "warning",
  fails: "warning",
} as const satisfies Record<MarkVerdict, GlyphKind>;

/** A tick, or what differs. What agrees has words for those who do not see the tick. */
function Mark({ verdict }: { readonly verdict: MarkVerdict }) {
  const text = guideWords(words.value);
  const isQuiet = verdict === "agrees" || verdict === "awaited";
  return (
    <span class="mark" data-mark={verdict}>
      <Glyph kind={glyphs[verdict]} />
      <span class={isQuiet ? "unseen" : ""}>{text.verdicts[verdict]}</span>
    </span>
  );
}

import { statusName } from "../../rehearsal/codes.ts";
import type { StageEvent } from "../../rehearsal/event.ts";
import type { Told } from "../../rehearsal/scenario.ts";
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";
import { GuideTable } from "./guide-table.tsx";

interface ToldTableProps {
  readonly told: Told;
  readonly events: readonly StageEvent[];
}

/** What a caller was told, as it was observed, beside what it would know of a CANCELLED without a word more. */
export function ToldTable({ told: { call, decision }, events }: ToldTableProps) {
  const guide = guideWords(words.value);
  const text = guide.told;
  const end = events.find((event) => event.kind === "CALL_ENDED" && event.call === call);
  const seen = (fact: string | undefined) => (end ? fact || text.none : guide.verdicts.awaited);
  const rows = [
    [
      text.code,
      end?.code === undefined ? seen("") : <code>{statusName(end.code)}</code>,
      <code>CANCELLED</code>,
    ],
    [text.message, seen(end?.words), text.none],
    [text.details, end?.details ? <code>{end.details}</code> : seen(""), text.none],
    [text.knows, seen(text.decisions[decision].here), text.decisions[decision].bare],
  ] as const;
  return (
    <GuideTable
      class="told"
      title={text.title}
      columns={["", text.here, text.bare]}
      rows={rows.map(([head, ...cells]) => ({ key: head, head, cells }))}
    />
  );
}

import { isProven } from "../../../../client/proven.ts";
import type { SearchState } from "../../session/search-state.ts";
import { Glyph } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";

/** What is known of a Stop, in a word. */
export function Verdict({ state }: { readonly state: SearchState }) {
  const text = words.value.proof;
  if (state.report !== undefined && isProven(state.report)) return <Word kind="done" text={text.proven} />;
  if (state.kind === "stopping") return <Word kind="pending" text={text.asking} />;
  if (state.kind === "not-started") return <Word kind="stopped" text={text.notBegun} />;
  return <Word kind="warning" text={text.open} />;
}

function Word({
  kind,
  text,
}: {
  readonly kind: "done" | "pending" | "stopped" | "warning";
  readonly text: string;
}) {
  return (
    <span class="verdict" data-verdict={kind}>
      <Glyph kind={kind} />
      {text}
    </span>
  );
}

import { isProven } from "../../session/machines.ts";
import type { LastStop } from "../../store/last-stop.ts";
import type { Store } from "../../store/store.ts";
import { Glyph } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { ProofTimeline } from "./proof-timeline.tsx";

/** The server's own word on the latest Stop. */
export function LastStopPanel({ store }: { readonly store: Pick<Store, "lastStop" | "now"> }) {
  const text = words.value.proof;
  const last = store.lastStop.value;
  return (
    <section class="panel last-stop" aria-labelledby="proof-title">
      <h2 id="proof-title">
        {text.title} {last && <Verdict last={last} />}
      </h2>
      {last === undefined ? (
        <p class="hint">{text.none}</p>
      ) : (
        <ProofTimeline last={last} now={store.now.value} />
      )}
    </section>
  );
}

function Verdict({ last: { state } }: { readonly last: LastStop }) {
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

import type { Store } from "../../store/store.ts";
import { words } from "../parts/language.ts";
import { PageMoments } from "./page-moments.tsx";
import { Verdict } from "./verdict.tsx";

/** The latest Stop in short. What the server said of each stands with its search. */
export function LastStopPanel({ store }: { readonly store: Pick<Store, "lastStop"> }) {
  const text = words.value.proof;
  const last = store.lastStop.value;
  return (
    <section class="panel last-stop" aria-labelledby="proof-title">
      <h2 id="proof-title">
        {text.title} {last && <Verdict state={last.state} />}
      </h2>
      {last && <PageMoments state={last.state} />}
      <p class="hint">{last === undefined ? text.none : text.withSearch}</p>
    </section>
  );
}

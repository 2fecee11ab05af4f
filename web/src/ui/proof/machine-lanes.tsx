import { durationMs } from "@bufbuild/protobuf/wkt";
import { useId } from "preact/hooks";
import { type Machine, machinesOf } from "../../../../client/machines.ts";
import type { SearchState } from "../../session/search-state.ts";
import { proofWords } from "../../words/proof-words.ts";
import { Glyph } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";

// More would push the rest of the page away; those that have not confirmed come first.
const mostLanes = 8;

/**
 * One lane for each other machine that computed, from the interrupt to idle, on
 * its own clock. Nothing when the server computed alone.
 */
export function MachineLanes({ state, now }: { readonly state: SearchState; readonly now: number }) {
  const text = proofWords(words.value);
  const titleId = useId();
  const machines = state.report === undefined ? [] : machinesOf(state.report);
  if (machines.length === 0) return null;
  const rest = machines.slice(mostLanes);
  // Undefined when nothing is waited for any more.
  const endsInMs =
    "asking" in state && state.asking.endsBy !== undefined ? state.asking.endsBy - now : undefined;
  return (
    <>
      <h3 id={titleId}>{text.clocks}</h3>
      <ul class="lanes" aria-labelledby={titleId}>
        {machines.slice(0, mostLanes).map((machine) => (
          <Lane machine={machine} endsInMs={endsInMs} key={machine.hop.serverInstance} />
        ))}
        {rest.length > 0 && <li>{text.more(rest.length, rest.filter(({ isOpen }) => isOpen).length)}</li>}
      </ul>
      <p class="timeline-note">{text.note}</p>
    </>
  );
}

interface LaneProps {
  readonly machine: Machine;
  readonly endsInMs: number | undefined;
}

function Lane({ machine: { name, hop, isOpen }, endsInMs }: LaneProps) {
  const { numbers } = words.value;
  const text = proofWords(words.value);
  const { interruptSeenAfter, idleAfter, hashesAfterInterrupt, unconfirmed } = hop;
  const isSilent = isOpen || (unconfirmed > 0 && !interruptSeenAfter);
  const isDrawn = !isSilent && interruptSeenAfter !== undefined && idleAfter !== undefined;
  return (
    <li>
      <p class="lane-head">
        <b>{name || text.unnamed}</b> {isDrawn && <span>{text.afterInterrupt(hashesAfterInterrupt)}</span>}
      </p>
      {isDrawn && (
        <p class="lane">
          <span>
            {text.interruptSeen} <b>{numbers.milliseconds(durationMs(interruptSeenAfter))}</b>
          </span>{" "}
          <span class="rail" />
          <span>
            {text.idle} <b>{numbers.milliseconds(durationMs(idleAfter))}</b>
          </span>
        </p>
      )}
      {isSilent && (
        <p class="lane lane-silent">
          <Glyph kind="warning" />
          {endsInMs === undefined ? text.overdue : text.notConfirmed(endsInMs)}
        </p>
      )}
      {!isSilent && !isDrawn && <p class="lane">{text.notInterrupted}</p>}
    </li>
  );
}

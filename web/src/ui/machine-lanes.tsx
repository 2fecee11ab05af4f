import { durationMs } from "@bufbuild/protobuf/wkt";
import { type Machine, machinesOf } from "../session/machines.ts";
import type { LastStop } from "../store/last-stop.ts";
import { Glyph } from "./glyph.tsx";
import { words } from "./language.ts";

// More would push the rest of the page away; those that have not confirmed come first.
const mostLanes = 8;

/**
 * One lane for each other machine that computed, from the interrupt to idle, on
 * its own clock. Nothing when the server computed alone.
 */
export function MachineLanes({ state, now }: { readonly state: LastStop["state"]; readonly now: number }) {
  const text = words.value.machines;
  const machines = state.report === undefined ? [] : machinesOf(state.report);
  if (machines.length === 0) return null;
  const rest = machines.slice(mostLanes);
  // Undefined when nothing is waited for any more.
  const endsInMs =
    "asking" in state && state.asking.endsBy !== undefined ? state.asking.endsBy - now : undefined;
  return (
    <>
      <h3 id="lanes-title">{text.clocks}</h3>
      <table class="lanes" aria-labelledby="lanes-title">
        <thead>
          <tr>
            <th scope="col">{text.machine}</th>
            <th scope="col">{text.interruptSeen}</th>
            <th scope="col">{text.idle}</th>
            <th scope="col">{text.after}</th>
          </tr>
        </thead>
        <tbody>
          {machines.slice(0, mostLanes).map((machine) => (
            <Lane machine={machine} endsInMs={endsInMs} key={machine.hop.serverInstance} />
          ))}
        </tbody>
      </table>
      {rest.length > 0 && (
        <p class="timeline-note">{text.more(rest.length, rest.filter(({ isOpen }) => isOpen).length)}</p>
      )}
      <p class="timeline-note">{text.note}</p>
    </>
  );
}

interface LaneProps {
  readonly machine: Machine;
  readonly endsInMs: number | undefined;
}

function Lane({ machine, endsInMs }: LaneProps) {
  const { machines: text, numbers } = words.value;
  const { name, hop, isOpen } = machine;
  const { interruptSeenAfter, idleAfter, hashesAfterInterrupt, unconfirmed } = hop;
  return (
    <tr data-open={isOpen}>
      <th scope="row">{name || text.unnamed}</th>
      {isOpen || (unconfirmed > 0 && !interruptSeenAfter) ? (
        <td colSpan={3}>
          <Glyph kind="warning" />
          {endsInMs === undefined ? text.overdue : text.notConfirmed(endsInMs)}
        </td>
      ) : interruptSeenAfter && idleAfter ? (
        <>
          <td class="at">{numbers.milliseconds(durationMs(interruptSeenAfter))}</td>
          <td class="at idle">{numbers.milliseconds(durationMs(idleAfter))}</td>
          <td>{numbers.count(hashesAfterInterrupt)}</td>
        </>
      ) : (
        <td colSpan={3}>{text.notInterrupted}</td>
      )}
    </tr>
  );
}

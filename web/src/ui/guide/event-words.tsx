import { statusName } from "../../rehearsal/codes.ts";
import { page, type Role, type StageEvent } from "../../rehearsal/event.ts";
import type { Unit } from "../../rehearsal/scenario.ts";
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";

/** A place as people call it: "This page", "Server 2". */
export function placeName(place: string): string {
  const { places } = guideWords(words.value);
  const [, number] = /^server (\d+)$/.exec(place) ?? [];
  if (number !== undefined) return places.server(number);
  if (place === page) return places.page;
  return place === "caller" ? places.caller : place === "proxy" ? places.proxy : place;
}

/** A place in a role: a server is one that calls, too. */
export function laneName(place: string, role: Role): string {
  const { calls, called } = guideWords(words.value);
  return role === "caller" && place.startsWith("server ")
    ? calls(placeName(place))
    : called(placeName(place));
}

/** What an event says besides its kind: its code, what is left, what was said, its details. */
export function EventFacts({ event, unit }: { readonly event: StageEvent; readonly unit: Unit }) {
  const text = guideWords(words.value);
  const { deadlineMs, done, words: said, details } = event;
  return (
    <>
      <EventCode event={event} />
      {deadlineMs !== undefined && <span class="fact"> {text.left(deadlineMs)}</span>}
      {done !== undefined && <span class="fact"> {text.done[unit](done)}</span>}
      {said !== undefined && said !== "" && <q class="fact">{said}</q>}
      {details !== undefined && <code class="fact">{details}</code>}
    </>
  );
}

/** The status code of an event, where it has one. */
export function EventCode({ event: { code } }: { readonly event: StageEvent }) {
  if (code === undefined) return null;
  return (
    <>
      {" "}
      <code>{statusName(code)}</code>
    </>
  );
}

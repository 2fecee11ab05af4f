import type { ComponentChild } from "preact";
import type { StreamState } from "../../session/stream-state.ts";
import type { Streams } from "../../store/streams.ts";
import { type StreamSurroundings, streamWords } from "../../words/stream-words.ts";
import { words } from "../parts/language.ts";
import { KeyPad } from "./key-pad.tsx";
import { StreamList } from "./stream-list.tsx";

/** A stream's state in words. */
export function sayStream(state: StreamState, surroundings: StreamSurroundings): string {
  return streamWords(state, words.value, surroundings);
}

type Pad = Parameters<typeof KeyPad>[0];
type List = Parameters<typeof StreamList>[0];

/** What the view of the keyed streams shows: where keys are pressed, and the streams themselves. */
export function streamPlaces(
  streams: Streams,
  { announce, say }: Pick<Pad, "announce"> & Pick<List, "say">,
): { readonly start: ComponentChild; readonly list: ComponentChild } {
  return {
    start: <KeyPad streams={streams} announce={announce} />,
    list: <StreamList streams={streams} say={say} />,
  };
}

import type { ComponentChild } from "preact";
import type { Streams } from "../../store/streams.ts";
import { KeyPad } from "./key-pad.tsx";
import { StreamList } from "./stream-list.tsx";

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

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SearchState } from "../../session/search-state.ts";
import type { SampleLine } from "./sample-line.tsx";

const line = signal<typeof SampleLine | undefined>(undefined);

/** The process to be watched. It is loaded with the first card, and has its room from the start. */
export function LiveSample({ state }: { readonly state: SearchState }) {
  useEffect(() => {
    import("./sample-line.tsx").then(
      ({ SampleLine: loaded }) => {
        line.value = loaded;
      },
      // Without it the search is the same.
      () => {},
    );
  }, []);
  const Line = line.value;
  return <p class="sample">{Line && <Line state={state} />}</p>;
}

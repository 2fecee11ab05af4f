import { Glyph, type GlyphKind } from "../parts/glyph.tsx";
import type { RunState } from "./run.ts";

interface ScenarioVerdictProps {
  readonly state: RunState;
  readonly isAsExpected: boolean;
}

/** The sign beside the words on a run. The tick is there only when all was as expected. */
export function ScenarioVerdict({ state, isAsExpected }: ScenarioVerdictProps) {
  const glyph = glyphOfRun(state, isAsExpected);
  return glyph && <Glyph kind={glyph} />;
}

function glyphOfRun(state: RunState, isAsExpected: boolean): GlyphKind | undefined {
  switch (state.kind) {
    case "ready":
      return undefined;
    case "opening":
    case "running":
      return "working";
    case "ended":
      if (state.end.kind === "played") return isAsExpected ? "done" : "warning";
      return state.end.kind === "stopped" ? "stopped" : "warning";
  }
}

import type { SearchState } from "../../session/search-state.ts";

export type GlyphKind = "working" | "done" | "stopped" | "pending" | "warning";

const paths = {
  working: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  done: "m3 8.5 3.5 3.5L13 4.5",
  stopped: "M4.5 4.5h7v7h-7z",
  pending: "M5.5 4v8M10.5 4v8",
  warning: "M8 3v6M8 12v.5",
} as const satisfies Record<GlyphKind, string>;

/** A small sign beside words; it never stands alone. */
export function Glyph({ kind }: { readonly kind: GlyphKind }) {
  return (
    <svg class="glyph" data-glyph={kind} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[kind]} />
    </svg>
  );
}

export function glyphOf(state: SearchState): GlyphKind {
  switch (state.kind) {
    case "running":
      if (state.unreached !== undefined) return "warning";
      return state.ahead === undefined ? "working" : "pending";
    case "queued":
    case "stopping":
    case "timing-out":
      return "pending";
    case "found":
    case "found-unseen":
      return "done";
    case "stopped":
    case "withdrawn":
    case "not-started":
    case "budget":
    case "timed-out":
    case "exhausted":
    case "back":
      return "stopped";
    default:
      return "warning";
  }
}

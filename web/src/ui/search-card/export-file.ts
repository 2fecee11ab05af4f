import { contentOf, fileNameOf } from "../../kept/export.ts";
import type { SearchState } from "../../session/search-state.ts";
import type { Words } from "../../words/en.ts";

const mediaTypes = {
  csv: "text/csv;charset=utf-8;header=present",
  json: "application/json",
  svg: "image/svg+xml",
} as const;

/** What the kept matches of a search can be saved as. */
export type FileType = keyof typeof mediaTypes;

// A download that has begun no longer needs its address, and every download begins within this time.
const beginMs = 60_000;

/** Saves the kept matches of a search as a file, or a picture of the best. */
export function exportFile(state: SearchState, type: FileType, { intro, card }: Words): void {
  const content = contentOf(state, type, { ...intro, ...card });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: mediaTypes[type] }));
  link.download = fileNameOf(state, type);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), beginMs);
}

import type { SearchState } from "../../session/search-state.ts";
import { words } from "../parts/language.ts";

interface ExportButtonsProps {
  readonly state: SearchState;
}

const mediaTypes = {
  csv: "text/csv;charset=utf-8;header=present",
  json: "application/json",
  svg: "image/svg+xml",
} as const;

type Type = keyof typeof mediaTypes;

const types = Object.keys(mediaTypes) as readonly Type[];

/** Saves the kept matches of a search as a file, or a picture of the best. */
export function ExportButtons({ state }: ExportButtonsProps) {
  const { kept: text } = words.value;
  const { name } = state.query;
  return (
    <div class="export">
      {types.map((type) => (
        <button type="button" class="quiet" key={type} onClick={() => void save(state, type)}>
          {type.toUpperCase()}{" "}
          <span class="unseen">{type === "svg" ? text.pictureOf(name) : text.exportOf(name)}</span>
        </button>
      ))}
    </div>
  );
}

// A download that has begun no longer needs its address, and every download begins within this time.
const beginMs = 60_000;

async function save(state: SearchState, type: Type): Promise<void> {
  const { contentOf, fileNameOf } = await import("../../kept/export.ts");
  const { intro, card } = words.peek();
  const content = contentOf(state, type, { ...intro, ...card });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: mediaTypes[type] }));
  link.download = fileNameOf(state, type);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), beginMs);
}

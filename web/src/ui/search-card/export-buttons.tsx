import type { SearchState } from "../../session/search-state.ts";
import { words } from "../parts/language.ts";
import type { FileType } from "./export-file.ts";

interface ExportButtonsProps {
  readonly state: SearchState;
}

const types = ["csv", "json", "svg"] as const;

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

async function save(state: SearchState, type: FileType): Promise<void> {
  (await import("./export-file.ts")).exportFile(state, type, words.peek());
}

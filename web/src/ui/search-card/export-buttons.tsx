import type { SearchState } from "../../session/search-state.ts";
import { words } from "../parts/language.ts";

/** Saves the kept matches of a search as a file. */
export function ExportButtons({ state }: { readonly state: SearchState }) {
  const { kept: text } = words.value;
  return (
    <div class="export">
      {(["csv", "json"] as const).map((type) => (
        <button type="button" class="quiet" key={type} onClick={() => void save(state, type)}>
          {type.toUpperCase()} <span class="unseen">{text.exportOf(state.query.name)}</span>
        </button>
      ))}
    </div>
  );
}

const mediaTypes = { csv: "text/csv;charset=utf-8;header=present", json: "application/json" };

// A download that has begun no longer needs its address, and every download begins within this time.
const beginMs = 60_000;

async function save(state: SearchState, type: "csv" | "json"): Promise<void> {
  const { csvOf, fileNameOf, jsonOf } = await import("../../kept/export.ts");
  const content = type === "csv" ? csvOf(state) : jsonOf(state);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: mediaTypes[type] }));
  link.download = fileNameOf(state, type);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), beginMs);
}

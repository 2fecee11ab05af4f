import type { Query } from "../../session/query.ts";
import { words } from "../parts/language.ts";

interface ModeChoiceProps {
  readonly mode: Query["mode"];
  readonly onChange: (mode: Query["mode"]) => void;
}

/** The first match, or every near miss as well. */
export function ModeChoice({ mode, onChange }: ModeChoiceProps) {
  const text = words.value.form;
  return (
    <fieldset class="field mode">
      <legend>{text.mode}</legend>
      <div class="segments">
        {(["first", "every"] as const).map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="mode"
              value={choice}
              checked={mode === choice}
              onChange={() => onChange(choice)}
            />
            <span>{text[choice]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

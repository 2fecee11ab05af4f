import { hashLength } from "../../../../proto/rules.ts";
import { Field } from "../parts/field.tsx";
import { words } from "../parts/language.ts";
import type { FormField } from "./form-input.ts";

interface DistanceSelectProps {
  readonly name: FormField;
  readonly label: string;
  readonly problem: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly value: number;
  /** The word for 0, in selects where 0 means "none". */
  readonly none?: string;
  readonly onChange: (value: number) => void;
}

/** A number of wrong letters. The choice stays when the name gets shorter for a moment. */
export function DistanceSelect({
  name,
  label,
  problem,
  from,
  to,
  value,
  none,
  onChange,
}: DistanceSelectProps) {
  const last = Math.min(hashLength, Math.max(from, to, value));
  const distances = Array.from({ length: last - from + 1 }, (_, i) => from + i);
  const shown = value === 0 ? 0 : Math.max(value, from);
  return (
    <Field name={name} label={label} problem={problem}>
      {(attributes) => (
        <select
          {...attributes}
          value={String(shown)}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
        >
          {none !== undefined && <option value="0">{none}</option>}
          {distances.map((distance) => (
            <option key={distance} value={String(distance)}>
              {words.value.numbers.count(distance)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

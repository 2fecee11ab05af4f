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
  readonly onChange: (value: number) => void;
}

/** A number of wrong letters. The choice stays when the name gets shorter for a moment. */
export function DistanceSelect({ name, label, problem, from, to, value, onChange }: DistanceSelectProps) {
  return (
    <Field name={name} label={label} problem={problem}>
      {(attributes) => (
        <select
          {...attributes}
          value={String(Math.max(value, from))}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
        >
          <DistanceOptions from={from} to={Math.max(to, value)} />
        </select>
      )}
    </Field>
  );
}

interface DistanceOptionsProps {
  readonly from: number;
  readonly to: number;
}

/** The numbers of wrong letters to choose from; at least `from`. */
export function DistanceOptions({ from, to }: DistanceOptionsProps) {
  // A link may have said what is no number. Every number can then be chosen.
  const last = Math.min(hashLength, Math.max(from, to || hashLength));
  return Array.from({ length: last - from + 1 }, (_, i) => from + i).map((distance) => (
    <option key={distance} value={String(distance)}>
      {words.value.numbers.count(distance)}
    </option>
  ));
}

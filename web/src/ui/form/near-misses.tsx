import { useId, useRef } from "preact/hooks";
import { hashLength } from "../../../../proto/rules.ts";
import { words } from "../parts/language.ts";
import { DistanceOptions } from "./distance-select.tsx";
import type { FormField } from "./form-input.ts";

interface NearMissesProps {
  readonly wrongAllowed: number;
  /** 0: none are listed. */
  readonly alsoShow: number;
  readonly nameLength: number;
  readonly problem: string | undefined;
  readonly onChange: (alsoShow: number) => void;
}

const field: FormField = "interesting_hamming_distance";
const usualDistance = 2;

/** Whether near misses are listed too, and up to how many wrong letters. */
export function NearMisses({ wrongAllowed, alsoShow, nameLength, problem, onChange }: NearMissesProps) {
  const { form: text } = words.value;
  const id = useId();
  const chosen = useRef(alsoShow);
  if (alsoShow !== 0) chosen.current = alsoShow;
  const from = Math.max(1, wrongAllowed);
  const to = nameLength || hashLength;
  // Before a person has chosen: a few more than are allowed anyway, and not all of the name.
  const usual = Math.min(Math.max(usualDistance, wrongAllowed + 1), Math.max(from, to - 1));
  const distance = Math.max(from, chosen.current === 0 ? usual : chosen.current);
  return (
    <div class="near-misses">
      <label>
        <input
          type="checkbox"
          checked={alsoShow !== 0}
          onChange={(event) => onChange(event.currentTarget.checked ? distance : 0)}
        />
        {text.nearMisses}
      </label>{" "}
      <span class="up-to">
        <span id={`${id}-before`}>{text.upTo}</span>{" "}
        <select
          name={field}
          aria-labelledby={`${id}-before ${id}-after`}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-note`}
          value={String(distance)}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
        >
          <DistanceOptions from={from} to={Math.max(to, distance)} />
        </select>{" "}
        <span id={`${id}-after`}>{text.wrongLetters(distance)}</span>
      </span>
      {problem !== undefined && (
        <p id={`${id}-note`} class="problem">
          {problem}
        </p>
      )}
    </div>
  );
}

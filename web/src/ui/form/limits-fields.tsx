import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { WatchActivityResponse } from "../../../../proto/gen/hash_name/v1/activity_pb.ts";
import { Field } from "../parts/field.tsx";
import { words } from "../parts/language.ts";
import { type FormInput, type Problems, queryOf } from "./form-input.ts";

interface LimitsFieldsProps {
  readonly input: FormInput;
  readonly problems: Problems;
  readonly activity: ReadonlySignal<WatchActivityResponse | undefined>;
  readonly onChange: (part: Partial<FormInput>) => void;
}

/** The person's own limits; the server's count where they are smaller. */
export function LimitsFields({ input, problems, activity, onChange }: LimitsFieldsProps) {
  const { form: text } = words.value;
  const limits = activity.value?.limits;
  const serverMs = limits?.maximumTime && durationMs(limits.maximumTime);
  const own = queryOf(input);
  const hasProblem = problems.maximum_hashes !== undefined || problems.time !== undefined;
  const details = useRef<HTMLDetailsElement>(null);
  // A problem opens them. Only a person closes them: they must not snap shut while a problem is corrected.
  useLayoutEffect(() => {
    if (hasProblem && details.current) details.current.open = true;
  }, [hasProblem]);
  return (
    <details ref={details} class="limits">
      <summary>{text.limits}</summary>
      <div class="limits-fields">
        <Field
          name="maximum_hashes"
          label={text.hashes}
          hint={text.hashesHint(limits?.maximumHashes, isAbove(own.maximumHashes, limits?.maximumHashes))}
          problem={problems.maximum_hashes}
        >
          {(attributes) => (
            <input
              {...attributes}
              type="text"
              inputMode="numeric"
              autocomplete="off"
              value={input.hashes}
              onInput={(event) => onChange({ hashes: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field
          name="time"
          label={text.time}
          hint={text.timeHint(serverMs, isAbove(own.timeLimitMs, serverMs))}
          problem={problems.time}
        >
          {(attributes) => (
            <input
              {...attributes}
              type="text"
              inputMode="decimal"
              autocomplete="off"
              value={input.seconds}
              onInput={(event) => onChange({ seconds: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
    </details>
  );
}

/** Whether a person's limit is more than the server gives. 0 is none. */
function isAbove<T extends number | bigint>(own: T | undefined, servers: T | undefined): boolean {
  return own !== undefined && servers !== undefined && servers > 0 && own > servers;
}

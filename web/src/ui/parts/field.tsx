import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** The attributes that tie a control to its label, hint and problem. */
export interface ControlAttributes {
  readonly id: string;
  readonly name: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean;
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem: string | undefined;
  readonly class?: string;
  readonly children: (attributes: ControlAttributes) => ComponentChildren;
}

/** A labelled control. Its problem is shown under it, instead of the hint. */
export function Field({ name, label, hint, problem, class: className = "", children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = problem ?? hint;
  return (
    <div class={`field ${className}`}>
      <label for={id}>{label}</label>
      {children({
        id,
        name,
        "aria-describedby": note === undefined ? undefined : noteId,
        "aria-invalid": problem !== undefined,
      })}
      {note !== undefined && (
        <p id={noteId} class={problem === undefined ? "hint" : "problem"}>
          {note}
        </p>
      )}
    </div>
  );
}

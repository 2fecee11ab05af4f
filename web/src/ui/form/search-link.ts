import { emptyForm, type FormInput } from "./form-input.ts";

// The names in the address; a link is meant to be read, and to stay valid.
const parameters = {
  name: "name",
  wrongAllowed: "wrong",
  alsoShow: "show",
  mode: "mode",
  hashes: "hashes",
  seconds: "seconds",
} as const satisfies Record<keyof FormInput, string>;

/** The form that a link fills in. Invalid values stay as they are: the form refuses them. */
export function inputFromLink(search: string): FormInput {
  const given = new URLSearchParams(search);
  const text = (field: keyof FormInput) => given.get(parameters[field]) ?? "";
  const alsoShow = distance(text("alsoShow"));
  const mode = text("mode");
  return {
    name: text("name") || emptyForm.name,
    wrongAllowed: distance(text("wrongAllowed")),
    alsoShow,
    // A link that asks for near misses without a mode means every one.
    mode: mode === "every" || (mode !== "first" && alsoShow !== 0) ? "every" : "first",
    hashes: text("hashes"),
    seconds: text("seconds"),
  };
}

/** Whether a link fills in anything at all. */
export function hasInput(search: string): boolean {
  const given = new URLSearchParams(search);
  return Object.values(parameters).some((name) => given.has(name));
}

/**
 * The query of the address, "?" included, for the input; empty for an empty
 * form. Parameters that are not the form's stay as they are in `search`.
 */
export function linkFor(input: FormInput, search: string): string {
  const link = new URLSearchParams(search);
  const isEvery = input.mode === "every";
  const values: Readonly<Record<keyof FormInput, string>> = {
    name: input.name.trim(),
    wrongAllowed: number(input.wrongAllowed),
    alsoShow: isEvery ? number(input.alsoShow) : "",
    mode: isEvery ? "every" : "",
    hashes: input.hashes.trim(),
    seconds: input.seconds.trim(),
  };
  for (const [field, name] of Object.entries(parameters)) {
    const value = values[field as keyof FormInput];
    if (value === "") link.delete(name);
    else link.set(name, value);
  }
  const text = link.toString();
  return text === "" ? "" : `?${text}`;
}

function number(distance: number): string {
  return Number.isNaN(distance) || distance === 0 ? "" : String(distance);
}

// NaN breaks the rules of the form, which then says what a distance must be.
function distance(text: string): number {
  if (text === "") return 0;
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

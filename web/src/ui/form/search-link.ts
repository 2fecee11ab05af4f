import { emptyForm, type FormInput } from "./form-input.ts";

// The names in the address; a link is meant to be read, and to stay valid.
const parameters = {
  name: "name",
  wrongAllowed: "wrong",
  alsoShow: "show",
  hashes: "hashes",
  seconds: "seconds",
} as const satisfies Record<keyof FormInput, string>;

// Links of earlier versions also said whether near misses are listed at all.
const formerMode = "mode";

/** The form that a link fills in. Invalid values stay as they are: the form refuses them. */
export function inputFromLink(search: string): FormInput {
  const given = new URLSearchParams(search);
  const text = (field: keyof FormInput) => given.get(parameters[field]) ?? "";
  return {
    name: text("name") || emptyForm.name,
    wrongAllowed: distance(text("wrongAllowed")),
    alsoShow: given.get(formerMode) === "first" ? 0 : distance(text("alsoShow")),
    hashes: text("hashes"),
    seconds: text("seconds"),
  };
}

/** Whether a link fills in anything at all. */
export function hasInput(search: string): boolean {
  const given = new URLSearchParams(search);
  return [...Object.values(parameters), formerMode].some((name) => given.has(name));
}

/**
 * The query of the address, "?" included, for the input; empty for an empty
 * form. Parameters that are not the form's stay as they are in `search`.
 */
export function linkFor(input: FormInput, search: string): string {
  const link = new URLSearchParams(search);
  link.delete(formerMode);
  const values: Readonly<Record<keyof FormInput, string>> = {
    name: input.name.trim(),
    wrongAllowed: number(input.wrongAllowed),
    alsoShow: number(input.alsoShow),
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

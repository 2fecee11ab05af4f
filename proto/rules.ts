// The rules of the contract that protobuf cannot state. The server holds every
// request to them, the page asks them before it sends, and both therefore
// refuse the same input with the same sentence.

/** Base64 characters of a SHA-1 hash, "=" included. */
export const hashLength = 28;

/** Candidates have 64-bit indexes; the last one is left as the end of the space. */
export const candidateSpace = 2n ** 64n - 1n;

// Characters 0 to 25 carry 6 bits each. Character 26 carries the last 4 of the
// 160 bits, so its lower 2 bits are zero; character 27 is padding.
const bodyCharacters = /^[A-Za-z0-9+/]$/;
const lastBodyCharacters = /^[AaCcEeGgIiKkMmOoQqSsUuWwYy048]$/;

/** What a search request asks for, with the field names of `HashNameRequest`. */
export interface SearchInput {
  readonly desiredName: string;
  readonly idealHammingDistance: number;
  readonly interestingHammingDistance: number;
  /** Empty: the server chooses one. */
  readonly searchId: string;
  readonly startIndex: bigint;
}

/** One broken rule. The tag says which, the rest is what a sentence needs. */
export type Violation =
  | { readonly rule: "name-empty" }
  | { readonly rule: "name-long"; readonly length: number }
  | { readonly rule: "name-character"; readonly character: string }
  | { readonly rule: "name-padding" }
  | { readonly rule: "name-impossible"; readonly leastDistance: number }
  | { readonly rule: "ideal-range"; readonly highest: number | undefined }
  | { readonly rule: "interesting-range"; readonly highest: number | undefined }
  | { readonly rule: "interesting-below-ideal" }
  | { readonly rule: "search-id" }
  | { readonly rule: "start-index" };

/** The field of `HashNameRequest` that each rule is about. */
export const fieldOf = {
  "name-empty": "desired_name",
  "name-long": "desired_name",
  "name-character": "desired_name",
  "name-padding": "desired_name",
  "name-impossible": "desired_name",
  "ideal-range": "ideal_hamming_distance",
  "interesting-range": "interesting_hamming_distance",
  "interesting-below-ideal": "interesting_hamming_distance",
  "search-id": "search_id",
  "start-index": "start_index",
} as const satisfies Record<Violation["rule"], string>;

/** Every rule that the input breaks; none when it may be searched. */
export function violations(input: SearchInput): readonly Violation[] {
  return [...nameViolations(input), ...distanceViolations(input), ...startViolations(input)];
}

/**
 * The fewest mismatches that any hash can have with the name: 0 for most, more
 * for a name that no hash contains, such as "x9/=" whose "/" would have to be
 * the character before the padding.
 */
export function leastDistance(name: string): number {
  let least = name.length;
  for (let offset = 0; offset + name.length <= hashLength; offset++) {
    let impossible = 0;
    for (let i = 0; i < name.length; i++) {
      if (!canStand(name.charAt(i), offset + i)) impossible++;
    }
    least = Math.min(least, impossible);
  }
  return least;
}

/** The violation as a sentence that says what to do. */
export function sentence(violation: Violation): string {
  switch (violation.rule) {
    case "name-empty":
      return `The name is empty. Type 1 to ${hashLength} letters, digits, + or /.`;
    case "name-long":
      return `The name has ${violation.length} characters, but a hash has ${hashLength}. Use at most ${hashLength}.`;
    case "name-character":
      return `"${violation.character}" never appears in these hashes. Use letters, digits, + or /, and = only at the end.`;
    case "name-padding":
      return `"=" appears only as the last character of these hashes. Use it only at the end.`;
    case "name-impossible":
      return `No hash contains this name without at least ${violation.leastDistance} wrong ${violation.leastDistance === 1 ? "letter" : "letters"}. Allow ${violation.leastDistance}, or change the name.`;
    case "ideal-range":
      return `The ideal distance must be ${range(violation.highest)}.`;
    case "interesting-range":
      return `The interesting distance must be ${range(violation.highest)}.`;
    case "interesting-below-ideal":
      return "The interesting distance must be 0 for none, or at least the ideal distance.";
    case "search-id":
      return "The search id must be a UUID such as 123e4567-e89b-42d3-a456-426614174000, or empty.";
    case "start-index":
      return `The start index must be less than ${candidateSpace}: no candidate is left after it.`;
  }
}

/** Whether the text is a UUID (RFC 9562, section 4) in either case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

function* nameViolations({
  desiredName: name,
  idealHammingDistance: ideal,
}: SearchInput): Iterable<Violation> {
  if (name === "") {
    yield { rule: "name-empty" };
    return;
  }
  // Characters as people count them, so that an emoji is named whole.
  const foreign = Array.from(name).find((character) => !bodyCharacters.test(character) && character !== "=");
  if (foreign !== undefined) yield { rule: "name-character", character: foreign };
  if (name.slice(0, -1).includes("=")) yield { rule: "name-padding" };
  if (name.length > hashLength) {
    yield { rule: "name-long", length: Array.from(name).length };
    return;
  }
  if (foreign !== undefined || name.slice(0, -1).includes("=")) return;
  const least = leastDistance(name);
  if (ideal >= 0 && least > ideal) yield { rule: "name-impossible", leastDistance: least };
}

function* distanceViolations(input: SearchInput): Iterable<Violation> {
  const { desiredName: name, idealHammingDistance: ideal, interestingHammingDistance: interesting } = input;
  // Without a usable name only the sign of a distance can be judged.
  const highest = name.length >= 1 && name.length <= hashLength ? name.length : undefined;
  const inRange = (distance: number) => distance >= 0 && distance <= (highest ?? Number.POSITIVE_INFINITY);
  if (!inRange(ideal)) yield { rule: "ideal-range", highest };
  if (!inRange(interesting)) yield { rule: "interesting-range", highest };
  else if (interesting !== 0 && interesting < ideal) yield { rule: "interesting-below-ideal" };
}

function* startViolations({ searchId, startIndex }: SearchInput): Iterable<Violation> {
  if (searchId !== "" && !isUuid(searchId)) yield { rule: "search-id" };
  if (startIndex >= candidateSpace) yield { rule: "start-index" };
}

function canStand(character: string, position: number): boolean {
  if (position === hashLength - 1) return character === "=";
  if (position === hashLength - 2) return lastBodyCharacters.test(character);
  return bodyCharacters.test(character);
}

function range(highest: number | undefined): string {
  return highest === undefined ? "0 or more" : `0 to ${highest}, the length of the name`;
}

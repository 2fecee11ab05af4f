// The rule for a stream's key that protobuf cannot state, held by the server
// and asked by the page before it sends.

/** Most characters of a key, as people count them: an emoji is one. */
export const longestKey = 64;

/** How a key breaks the rule. */
export type KeyViolation =
  | { readonly rule: "key-empty" }
  | { readonly rule: "key-long"; readonly length: number };

/** The rule that the key breaks; undefined when a stream may have it. */
export function keyViolation(key: string): KeyViolation | undefined {
  if (key === "") return { rule: "key-empty" };
  // A loop needs no memory: the page may be given megabytes, the server at most 16 kB.
  let length = 0;
  for (const _ of key) length++;
  return length > longestKey ? { rule: "key-long", length } : undefined;
}

/** The violation as a sentence that says what to do. */
export function keySentence(violation: KeyViolation): string {
  switch (violation.rule) {
    case "key-empty":
      return `The key is empty. Use 1 to ${longestKey} characters.`;
    case "key-long":
      return `The key has ${violation.length} characters. Use at most ${longestKey}.`;
  }
}

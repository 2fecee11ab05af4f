/** A stretch of a hash: outside the matched part, or in it with right or wrong characters. */
export interface HashPart {
  readonly text: string;
  readonly kind: "outside" | "right" | "wrong";
}

/** Cuts the hash at the matched part and at each change between right and wrong characters. */
export function partsOf(hash: string, name: string, offset: number): readonly HashPart[] {
  const parts: HashPart[] = [];
  for (const [i, character] of Array.from(hash).entries()) {
    const kind = kindAt(name[i - offset], character);
    const last = parts[parts.length - 1];
    if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + character };
    else parts.push({ kind, text: character });
  }
  return parts;
}

function kindAt(expected: string | undefined, character: string): HashPart["kind"] {
  if (expected === undefined) return "outside";
  return expected.toLowerCase() === character.toLowerCase() ? "right" : "wrong";
}

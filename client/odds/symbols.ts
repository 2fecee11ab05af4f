import { hashLength } from "../../proto/rules.ts";

// The 4 bits that are left for the character before the padding, as base64 writes them.
const lastSymbols = "aeimquycgkosw048";

/** The name as the distance sees it: upper and lower case are the same. */
export function folded(name: string): string {
  return name.toLowerCase();
}

/** The chance that the character at a position (0 to 27) of a random hash matches one of a folded name. */
export function symbolChance(character: string, position: number): number {
  if (position === hashLength - 1) return character === "=" ? 1 : 0;
  if (position === hashLength - 2) return lastSymbols.includes(character) ? 1 / 16 : 0;
  if (character === "=") return 0;
  return /[a-z]/.test(character) ? 2 / 64 : 1 / 64;
}

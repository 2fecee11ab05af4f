import { add, and, type Code, or, shiftLeft, shiftRight, xor } from "./assembler.ts";

// SHA-1 in vector instructions, four lanes of 32 bits each.

/** RFC 3174, section 3: S^n(X), the circular left shift. */
export const rotate = (x: Code, bits: number): Code => or(shiftLeft(x, bits), shiftRight(x, 32 - bits));

/** RFC 3174, section 5: f(t; B, C, D), with fewer operations for the first 20. */
export function f(t: number, b: Code, c: Code, d: Code): Code {
  if (t < 20) return chosen(b, xor(c, d), d);
  if (t < 40 || t >= 60) return xor(xor(b, c), d);
  return or(and(b, c), and(d, or(b, c)));
}

/** f of the first 20 steps where C ^ D is known. */
export const chosen = (b: Code, cXorD: Code, d: Code): Code => xor(d, and(b, cXorD));

/** The sum of the terms in this order. The last one is needed last, so it may be ready last. */
export const sum = (first: Code, ...terms: readonly Code[]): Code => terms.reduce((x, y) => add(x, y), first);

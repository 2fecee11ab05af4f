import { hashLength } from "../distance.ts";
import { padding } from "../symbols.ts";
import {
  Assembly,
  add8,
  atMost8,
  type Code,
  constant,
  equal8,
  get,
  isBelow,
  type Local,
  lesser8,
  lesserUnsigned8,
  load,
  load8Splat,
  load32Splat,
  plus,
  repeatWhile,
  set,
  storeVector,
  subtract8,
  v128,
} from "./assembler.ts";
import { digestWordBytes, groupDigestBytes } from "./layout.ts";
import { type Masks, symbolAt, transpose } from "./symbol-code.ts";

/** Where the filter reads its masks, 32 bits each, from the start of a query. */
const masks = { lowHalf: 0, lowBytes: 4, bits6: 8, bits4: 12, bits2: 16, bits4High: 20, bits2High: 24 };
/** Where it reads bytes. */
const bytes = { fold: 28, padding: 29, threshold: 30, zero: 31 };
const charactersAt = 32;

/**
 * What a filter reads in memory: its constants, the tested characters as kinds
 * (see symbols.ts), and how many of them are enough.
 */
export function filterQuery(characters: Uint8Array, enough: number): Uint8Array {
  const query = new Uint8Array(charactersAt + hashLength);
  const view = new DataView(query.buffer);
  view.setUint32(masks.lowHalf, 0x0000ffff, true);
  view.setUint32(masks.lowBytes, 0x00ff00ff, true);
  view.setUint32(masks.bits6, 0x3f3f3f3f, true);
  view.setUint32(masks.bits4, 0x0f0f0f0f, true);
  view.setUint32(masks.bits2, 0x03030303, true);
  view.setUint32(masks.bits4High, 0x3c3c3c3c, true);
  view.setUint32(masks.bits2High, 0x30303030, true);
  query[bytes.fold] = 26;
  query[bytes.padding] = padding;
  // A match is 0xff, which is -1.
  query[bytes.threshold] = -enough;
  query.set(characters, charactersAt);
  return query;
}

/**
 * Flags each hash of a batch that has enough of the tested characters in some
 * window; 32 hashes at a time, two vectors of 16.
 *
 * Parameters: digests and their end, query, flags (a byte a hash).
 *
 * @param tested consecutive characters of the name that are looked at, 1 to 28
 */
export function filterAssembly(tested: number): Assembly {
  const assembly = new Assembly(4);
  const [digests, end, query, flags] = [0, 1, 2, 3];
  const body: Code[] = [];
  const local = (value?: Code): Local => {
    const made = assembly.local(v128);
    if (value) body.push(set(made, value));
    return made;
  };
  // One local for both halves, so that the revectorizer sees one splat.
  const mask = (name: keyof typeof masks) => get(local(load32Splat(get(query), masks[name])));
  const byte = (offset: number) => get(local(load8Splat(get(query), offset)));
  const shared: Masks = {
    lowHalf: mask("lowHalf"),
    lowBytes: mask("lowBytes"),
    bits6: mask("bits6"),
    bits4: mask("bits4"),
    bits2: mask("bits2"),
    bits4High: mask("bits4High"),
    bits2High: mask("bits2High"),
  };
  const [fold, equalsSign, threshold] = [byte(bytes.fold), byte(bytes.padding), byte(bytes.threshold)];
  const zero = byte(bytes.zero);
  const swap = local();
  const wanted = Array.from({ length: tested }, (_, i) => byte(charactersAt + i));

  const flagsOfHalf = [0, 1].map((half) => {
    const planes: Code[] = [];
    /** Byte `index` of the digests, first of the 20; big-endian words. */
    const plane = (index: number): Code => {
      const word = index >> 2;
      if (planes.length <= index) {
        const x = [0, 1, 2, 3].map((group) =>
          local(load(get(digests), group * groupDigestBytes + word * digestWordBytes + 16 * half)),
        );
        body.push(...transpose(x as [Local, Local, Local, Local], shared, swap));
        for (const byte of x.toReversed()) planes.push(get(byte));
      }
      return planes[index] as Code;
    };
    const best = local(zero);
    const sums: Local[] = [];
    for (let position = 0; position < hashLength; position++) {
      const symbol = get(local(symbolAt(position, plane, shared)));
      const kind =
        position === hashLength - 1
          ? equalsSign
          : get(local(lesserUnsigned8(symbol, subtract8(symbol, fold))));
      // The window that begins here, and those that began before.
      for (let j = 0; j < tested && j <= position; j++) {
        const started = position - j;
        if (started > hashLength - tested) continue;
        const is = equal8(kind, wanted[j] as Code);
        const sum = sums[started];
        if (sum === undefined) sums[started] = local(is);
        else body.push(set(sum, add8(get(sum), is)));
      }
      const finished = sums[position - tested + 1];
      if (finished !== undefined) body.push(set(best, lesser8(get(best), get(finished))));
    }
    return local(atMost8(get(best), threshold));
  });
  flagsOfHalf.forEach((flagsLocal, half) => {
    body.push(storeVector(get(flags), 16 * half, get(flagsLocal)));
  });

  const step = (variable: Local, bytes: number) => set(variable, plus(get(variable), constant(bytes)));
  assembly.emit(
    repeatWhile(isBelow(get(digests), get(end)), [
      ...body,
      step(digests, 4 * groupDigestBytes),
      step(flags, 32),
    ]),
  );
  return assembly;
}

import { constantOffset, stateOffset } from "../sha1-constants.ts";
import {
  Assembly,
  add,
  type Code,
  constant,
  get,
  i32,
  isBelow,
  type Local,
  load,
  load32Splat,
  plus,
  repeatWhile,
  set,
  storeVector,
  v128,
  xor,
} from "./assembler.ts";
import { digestWordBytes, earlyRows, groupDigestBytes, groupsPerPrefix, rowBytes } from "./layout.ts";
import { chosen, f, rotate, sum } from "./sha1-code.ts";
import { dependent, groupBytes, type LastWord } from "./sha1-words.ts";

/**
 * SHA-1 of some prefixes with all last bytes (RFC 3174, section 6.1, method 1),
 * eight lanes of each prefix at a time, which are two vectors.
 *
 * Parameters: where the prefixes' words begin and end, B of the last bytes,
 * constants, digests. `prefixAssembly` has prepared the prefixes' words.
 *
 * V8's revectorizer makes one AVX2 operation of two that differ in the half
 * only. It begins at stores to adjacent 16 bytes with no loads between, and
 * wants each splat loaded once, from no constant address, for both halves.
 *
 * @param together prefixes hashed at the same time: independent streams keep
 * the processor's ports busy
 */
export function hashAssembly(lastWord: LastWord, together: number): Assembly {
  const assembly = new Assembly(5);
  const [prefixes, prefixesEnd, lastBytes, constants, digests] = [0, 1, 2, 3, 4];
  const [prefix, groupsEnd, out] = [assembly.local(i32), assembly.local(i32), assembly.local(i32)];
  const streams = Array.from({ length: 2 * together }, (_, stream) => ({
    half: stream & 1,
    prefix: stream >> 1,
    state: Array.from({ length: 5 }, () => assembly.local(v128)),
  }));
  const body: Code[] = [];
  const local = (value: Code): Code => {
    const made = assembly.local(v128);
    body.push(set(made, value));
    return get(made);
  };
  const ofConstants = (offset: number) => local(load32Splat(get(constants), offset));
  const ofPrefixes = (row: number) =>
    Array.from({ length: together }, (_, i) => local(load32Splat(get(prefix), rowBytes * row + 4 * i)));
  const ofHalves = (row: number) =>
    [0, 1].map((half) => local(load(get(lastBytes), digestWordBytes * row + 16 * half)));

  // The first steps, counted from lastWord, depend on the prefix alone but for what is named here.
  for (let t = lastWord; t < 80; t++) {
    const step = t - lastWord;
    const row = dependent[lastWord].indexOf(t);
    const own = ofPrefixes(t);
    const last = row < 0 ? undefined : ofHalves(row);
    const k = last && step > 0 ? ofConstants(constantOffset(t)) : "";
    const cXorD = step === 2 ? ofPrefixes(earlyRows.thirdXor) : undefined;
    const knownD = cXorD
      ? ofPrefixes(earlyRows.thirdD)
      : step === 3
        ? ofPrefixes(earlyRows.fourthD)
        : undefined;

    for (const { half, prefix, state } of streams) {
      // The A of this step is the B of the next one, and so on; TEMP goes where E was.
      const locals = [0, 1, 2, 3, 4].map((name) => state[(name - t + 80) % 5]) as Names<Local>;
      const [a, b, c, d, e] = locals.map(get) as Names<Code>;
      const w = own[prefix] as Code;
      const temp = (value: Code) => body.push(set(locals[4], value));
      if (step === 0) {
        temp(add(w, last?.[half] as Code));
        continue;
      }
      const word = last ? add(xor(w, last[half] as Code), k) : w;
      const d0 = knownD?.[prefix];
      if (step === 1) temp(add(word, rotate(a, 5)));
      else if (cXorD && d0) temp(sum(word, chosen(b, cXorD[prefix] as Code, d0), rotate(a, 5)));
      else if (d0) temp(sum(word, f(t, b, c, d0), rotate(a, 5)));
      else if (step === 4) temp(sum(word, f(t, b, c, d), rotate(a, 5)));
      else temp(sum(word, e, f(t, b, c, d), rotate(a, 5)));
      if (step > 1) body.push(set(locals[1], rotate(b, 30)));
    }
  }

  // After 80 steps each name means the same variable as at step 0.
  for (let word = 0; word < 5; word++) {
    const h = ofConstants(stateOffset(word));
    for (const { state } of streams) body.push(set(state[word] as Local, add(get(state[word] as Local), h)));
  }
  const prefixDigestBytes = groupsPerPrefix * groupDigestBytes;
  for (let word = 0; word < 5; word++) {
    for (const { half, prefix, state } of streams) {
      const at = prefix * prefixDigestBytes + word * digestWordBytes + 16 * half;
      body.push(storeVector(get(out), at, get(state[word] as Local)));
    }
  }

  const advance = (variable: Local, bytes: number) => set(variable, plus(get(variable), constant(bytes)));
  assembly.emit(
    set(groupsEnd, plus(get(lastBytes), constant(groupsPerPrefix * groupBytes(lastWord)))),
    // The loop over prefixes is the inner one, so that the 1.5 kB of B for a group are read from the first cache.
    repeatWhile(isBelow(get(lastBytes), get(groupsEnd)), [
      set(prefix, get(prefixes)),
      set(out, get(digests)),
      repeatWhile(isBelow(get(prefix), get(prefixesEnd)), [
        ...body,
        advance(prefix, 4 * together),
        advance(out, together * prefixDigestBytes),
      ]),
      advance(lastBytes, groupBytes(lastWord)),
      advance(digests, groupDigestBytes),
    ]),
  );
  return assembly;
}

type Names<Kind> = [a: Kind, b: Kind, c: Kind, d: Kind, e: Kind];

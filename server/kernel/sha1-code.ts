import {
  Assembly,
  add,
  and,
  type Code,
  constant,
  get,
  i32,
  isBelow,
  type Local,
  load,
  load32Splat,
  or,
  plus,
  repeatWhile,
  set,
  shiftLeft,
  shiftRight,
  storeVector,
  v128,
  xor,
} from "./assembler.ts";
import { digestWordBytes, groupDigestBytes, groupsPerPrefix, rowBytes } from "./layout.ts";
import { constantOffset, stateOffset } from "./sha1-constants.ts";
import { dependent, groupBytes, type LastWord } from "./sha1-words.ts";

export const rotate = (x: Code, bits: number): Code => or(shiftLeft(x, bits), shiftRight(x, 32 - bits));

/** RFC 3174, section 5: f(t; B, C, D), with fewer operations for the first 20. */
export function f(t: number, b: Code, c: Code, d: Code): Code {
  if (t < 20) return xor(d, and(b, xor(c, d)));
  if (t < 40 || t >= 60) return xor(xor(b, c), d);
  return or(and(b, c), and(d, or(b, c)));
}

/** What the early steps need of a prefix beside its words: rows after the 80. */
export const earlyRows = { thirdXor: 80, thirdD: 81, fourthD: 82 };

/**
 * SHA-1 of some prefixes with all last bytes (RFC 3174, section 6.1, method 1),
 * eight lanes of each prefix at a time, which are two vectors.
 *
 * Parameters: where the prefixes' words begin and end, B of the last bytes,
 * constants, digests. The prefixes' words hold K(t) already where B_t is zero.
 *
 * V8's revectorizer makes one AVX2 operation of two that differ in the half
 * only. It begins at stores to adjacent 16 bytes with no loads between, and
 * wants each splat loaded once, from no constant address, for both halves.
 *
 * @param together prefixes hashed at the same time: independent streams fill
 * the processor's ports
 */
export function hashAssembly(lastWord: LastWord, together: number): Assembly {
  const assembly = new Assembly(5);
  const [prefixes, prefixesEnd, lastBytes, constants, digests] = [0, 1, 2, 3, 4];
  const [group, groupsEnd, out] = [assembly.local(i32), assembly.local(i32), assembly.local(i32)];
  const perPrefix = (half: number, prefix: number) => ({ half, prefix });
  const streams = [...Array(together).keys()].flatMap((prefix) => [
    perPrefix(0, prefix),
    perPrefix(1, prefix),
  ]);
  const local = () => assembly.local(v128);
  const last = [local(), local()];
  const own = Array.from({ length: together }, local);
  const k = local();
  const states = streams.map(() => Array.from({ length: 5 }, local));
  const body: Code[] = [];

  const row = (t: number, prefix: number) => load32Splat(get(prefixes), rowBytes * t + 4 * prefix);
  const first = lastWord;
  const steps = dependent[lastWord];
  for (let t = first; t < 80; t++) {
    const depends = steps.indexOf(t);
    if (depends >= 0) {
      for (const half of [0, 1]) {
        body.push(set(last[half] as Local, load(get(group), depends * digestWordBytes + 16 * half)));
      }
    }
    if (depends >= 0 && t > first) body.push(set(k, load32Splat(get(constants), constantOffset(t))));
    own.forEach((w, prefix) => {
      body.push(set(w, row(t, prefix)));
    });
    // The early steps know B, C and D from the prefix alone.
    const early: { xor?: Local; d?: Local }[] = own.map(() => ({}));
    if (t === first + 2 || t === first + 3) {
      early.forEach((names, prefix) => {
        names.d = local();
        body.push(set(names.d, row(t === first + 2 ? earlyRows.thirdD : earlyRows.fourthD, prefix)));
        if (t === first + 3) return;
        names.xor = local();
        body.push(set(names.xor, row(earlyRows.thirdXor, prefix)));
      });
    }
    streams.forEach(({ half, prefix }, stream) => {
      // What is called A at step t is B at the next one, and so on.
      const name = (place: number) => get((states[stream] as Local[])[(place - t + 80) % 5] as Local);
      const [a, b, c, d, e] = [name(0), name(1), name(2), name(3), name(4)];
      const into = (place: number) => (states[stream] as Local[])[(place - t + 80) % 5] as Local;
      const w = get(own[prefix] as Local);
      const b0 = get(last[half] as Local);
      const names = early[prefix] ?? {};
      if (t === first) {
        body.push(set(into(4), add(w, b0)));
        return;
      }
      let sum = w;
      if (depends >= 0) sum = add(xor(w, b0), get(k));
      if (t > first + 4) sum = add(sum, e);
      if (names.xor !== undefined && names.d !== undefined)
        sum = add(sum, xor(get(names.d), and(b, get(names.xor))));
      else if (names.d !== undefined) sum = add(sum, f(t, b, c, get(names.d)));
      else if (t > first + 3) sum = add(sum, f(t, b, c, d));
      body.push(set(into(4), add(sum, rotate(a, 5))));
      if (t > first + 1) body.push(set(into(1), rotate(b, 30)));
    });
  }
  // After 80 steps, the names are where they were at step 0.
  for (let word = 0; word < 5; word++) {
    body.push(set(k, load32Splat(get(constants), stateOffset(word))));
    for (const state of states) {
      const at = state[word] as Local;
      body.push(set(at, add(get(at), get(k))));
    }
  }
  for (let prefix = 0; prefix < together; prefix++) {
    for (let word = 0; word < 5; word++) {
      for (const half of [0, 1]) {
        const address = prefix * groupsPerPrefix * groupDigestBytes + word * digestWordBytes + 16 * half;
        body.push(storeVector(get(out), address, get((states[2 * prefix + half] as Local[])[word] as Local)));
      }
    }
  }

  const step = (variable: Local, bytes: number) => set(variable, plus(get(variable), constant(bytes)));
  assembly.emit(
    repeatWhile(isBelow(get(prefixes), get(prefixesEnd)), [
      set(group, get(lastBytes)),
      set(groupsEnd, plus(get(lastBytes), constant(groupsPerPrefix * groupBytes(lastWord)))),
      set(out, get(digests)),
      repeatWhile(isBelow(get(group), get(groupsEnd)), [
        ...body,
        step(group, groupBytes(lastWord)),
        step(out, groupDigestBytes),
      ]),
      step(prefixes, 4 * together),
      step(digests, together * groupsPerPrefix * groupDigestBytes),
    ]),
  );
  return assembly;
}

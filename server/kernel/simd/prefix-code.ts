import { constantOffset, stateOffset } from "../sha1-constants.ts";
import {
  Assembly,
  add,
  type Code,
  get,
  type Local,
  load,
  load32Splat,
  set,
  splat,
  storeVector,
  v128,
  xor,
} from "./assembler.ts";
import { earlyRows, rowBytes } from "./layout.ts";
import { f, rotate } from "./sha1-code.ts";
import { dependent, type LastWord } from "./sha1-words.ts";

/**
 * Prepares a quad of prefixes for hashing, one a lane: W_0 and W_1 are in their
 * rows, the other rows are filled in. Rows whose word does not depend on the last
 * byte get K(t) added; the first rows get everything that depends on the prefix alone.
 *
 * Parameters: the quad's words, constants, W_2 and W_15 of the message.
 */
export function prefixAssembly(lastWord: LastWord): Assembly {
  const assembly = new Assembly(4);
  const [words, constants, second, fifteenth] = [0, 1, 2, 3];
  const local = (value: Code): Local => {
    const made = assembly.local(v128);
    assembly.emit(set(made, value));
    return made;
  };
  const k = (t: number) => load32Splat(get(constants), constantOffset(t));
  const write = (row: number, value: Code) => assembly.emit(storeVector(get(words), rowBytes * row, value));

  // RFC 3174, section 6.1 (b), without the words that are zero.
  const w = new Map<number, Local>();
  w.set(0, local(load(get(words), 0)));
  w.set(1, local(load(get(words), rowBytes)));
  w.set(2, local(splat(get(second))));
  w.set(15, local(splat(get(fifteenth))));
  for (let t = 16; t < 80; t++) {
    const terms = [t - 3, t - 8, t - 14, t - 16].flatMap((s) => w.get(s) ?? []).map(get);
    w.set(
      t,
      local(
        rotate(
          terms.reduce((x, y) => xor(x, y)),
          1,
        ),
      ),
    );
  }
  const word = (t: number, constant = k(t)): Code => {
    const at = w.get(t);
    return at === undefined ? constant : add(get(at), constant);
  };

  // First the steps before the last byte is used, then those that still use a part of this state.
  let state = [0, 1, 2, 3, 4].map((at) => local(load32Splat(get(constants), stateOffset(at))));
  const names = () => state.map(get) as [Code, Code, Code, Code, Code];
  for (let t = 0; t < lastWord; t++) {
    const [a, b, c, d, e] = names();
    const next = local(add(add(rotate(a, 5), f(t, b, c, d)), add(e, word(t))));
    state = [next, ...[a, rotate(b, 30), c, d].map(local)];
  }
  const [a, b, c, d, e] = names();
  const [thirdC, thirdD] = [local(rotate(a, 30)), local(rotate(b, 30))].map(get) as [Code, Code];
  const known = [add(add(rotate(a, 5), f(0, b, c, d)), e), add(f(0, a, thirdD, c), d), c, thirdD, thirdC];
  known.forEach((sum, step) => {
    write(lastWord + step, add(sum, word(lastWord + step)));
  });
  write(earlyRows.thirdXor, xor(thirdC, thirdD));
  write(earlyRows.thirdD, thirdD);
  write(earlyRows.fourthD, thirdC);

  for (let t = lastWord + 5; t < 80; t++) {
    const at = w.get(t);
    write(t, dependent[lastWord].includes(t) && at !== undefined ? get(at) : word(t));
  }
  return assembly;
}

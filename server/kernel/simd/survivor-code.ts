import {
  Assembly,
  and32,
  constant,
  get,
  i32,
  isBelow,
  load8,
  load64,
  plus,
  repeatWhile,
  set,
  store32,
  unlessZero64,
} from "./assembler.ts";

/**
 * Lists the addresses of flags that are set, in order, 32 bits each.
 *
 * Parameters: flags and their end, list. Returns the end of the list; eight
 * entries behind it are written too.
 */
export function survivorAssembly(): Assembly {
  const assembly = new Assembly(3, i32);
  const [flags, end, list] = [0, 1, 2];
  // Every entry is written. It is kept if its flag is 0xff, which moves the end of the list.
  const keep = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((i) => [
    store32(get(list), 0, plus(get(flags), constant(i))),
    set(list, plus(get(list), and32(load8(get(flags), i), constant(4)))),
  ]);
  assembly.emit(
    repeatWhile(isBelow(get(flags), get(end)), [
      unlessZero64(load64(get(flags), 0), ...keep),
      set(flags, plus(get(flags), constant(8))),
    ]),
    get(list),
  );
  return assembly;
}

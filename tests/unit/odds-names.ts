import fc from "fast-check";

const nameOf = (letters: string, maxLength: number) =>
  fc
    .tuple(fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength }), fc.boolean())
    .map(([name, isPadded]) => (isPadded && name.length > 1 ? `${name.slice(0, -1)}=` : name));
/** Names, also of few letters, which overlap with themselves. */
export const names = (maxLength: number) =>
  fc.oneof(nameOf("aB", maxLength), nameOf("ab/", maxLength), nameOf("aEkQwxyZ0149+/", maxLength));
/** A name, and a distance that is possible for it. */
export const query = (maxLength: number) =>
  names(maxLength).chain((name) => fc.tuple(fc.constant(name), fc.nat({ max: name.length })));

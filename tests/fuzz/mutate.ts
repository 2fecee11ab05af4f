import type { Random } from "../support/random.ts";

/** The bytes of a protobuf message with something wrong, or unusual, in them. */
export function mutatedBytes(bytes: Buffer, random: Random): Buffer {
  const at = random.int(0, bytes.length);
  const around = (middle: Buffer, skipped = 0) =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + skipped)]);
  return random.pick([
    () => flipped(bytes, random),
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes, bytes]),
    () => around(random.bytes(random.int(1, 8))),
    () => around(Buffer.alloc(0), random.int(1, 4)),
    // A varint that never ends, a length of 4 GB, a group, a field of number 0.
    () => around(Buffer.alloc(11, 0xff)),
    () => around(Buffer.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)),
    () => around(Buffer.of(0x0b)),
    () => around(Buffer.of(0x00, 0x00)),
    // Unknown fields, of every wire type.
    () => Buffer.concat([bytes, Buffer.of(0xf8, 0x7f, 1, 0xfa, 0x7f, 1, 0, 0xfd, 0x7f, 0, 0, 0, 0)]),
    // Each field with another wire type.
    () => Buffer.of((bytes[0] ?? 0) ^ random.int(1, 7), ...bytes.subarray(1)),
    () => random.bytes(random.int(0, 60)),
  ])();
}

/** A message in JSON with something wrong, or unusual, in it. */
export function mutatedJson(text: string, random: Random): Buffer {
  const at = random.int(0, text.length);
  const odd = random.pick([
    "null",
    "[]",
    "{}",
    '"x"',
    "-1",
    "1e999",
    "true",
    "[[[[[[",
    '"\\ud800"',
    "NaN",
    "01",
  ]);
  return random.pick([
    () => Buffer.from(text.slice(0, at)),
    () => Buffer.from(text + text),
    () => Buffer.from(odd),
    // A value replaced by another one.
    () => Buffer.from(text.replace(/:("[^"]*"|[\d.-]+|true|false)/, `:${odd}`)),
    () => Buffer.from(text.replace(/^\{/, `{"__proto__":${odd},"constructor":1,`).replace(/,\}$/, "}")),
    () => Buffer.from(text.replace(/^\{/, '{"unknownField":{"a":[1,2]},').replace(/,\}$/, "}")),
    () => Buffer.from(text.replace(/"(\w+)":/g, (_, name: string) => `"${name.toUpperCase()}":`)),
    () => Buffer.from(`${"[".repeat(3000)}${"]".repeat(3000)}`),
    () => Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.of(0xff, 0xc0), Buffer.from(text.slice(at))]),
    () => Buffer.from(`\ufeff${text}`),
    () => flipped(Buffer.from(text), random),
  ])();
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  for (let times = random.int(1, 3); times > 0 && changed.length > 0; times--) {
    const at = random.int(0, changed.length - 1);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.int(0, 7));
  }
  return changed;
}

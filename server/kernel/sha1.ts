/** Bytes of a SHA-1 digest. */
export const digestLength = 20;

/**
 * SHA-1 of a message that fits one block (RFC 3174, section 6.1).
 *
 * @param message at most 55 bytes, so that padding and length fit beside it
 * @param digest receives the 20 bytes
 */
export function sha1(message: Uint8Array, digest: Uint8Array): void {
  // Section 4: the message, a one bit, zeros, the length in bits.
  block.fill(0);
  block.set(message);
  block[message.length] = 0x80;
  view.setUint32(60, message.length * 8);

  for (let t = 0; t < 16; t++) w[t] = view.getInt32(4 * t);
  for (let t = 16; t < 80; t++) w[t] = rotate(at(t - 3) ^ at(t - 8) ^ at(t - 14) ^ at(t - 16), 1);

  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  let e = 0xc3d2e1f0 | 0;
  const [h0, h1, h2, h3, h4] = [a, b, c, d, e];
  for (let t = 0; t < 80; t++) {
    // f(t) and K(t) of section 5.
    let mixed: number;
    if (t < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
    else if (t < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (t < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const temp = (rotate(a, 5) + mixed + e + at(t)) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = temp;
  }
  const out = new DataView(digest.buffer, digest.byteOffset, digestLength);
  out.setInt32(0, h0 + a);
  out.setInt32(4, h1 + b);
  out.setInt32(8, h2 + c);
  out.setInt32(12, h3 + d);
  out.setInt32(16, h4 + e);
}

const block = new Uint8Array(64);
const view = new DataView(block.buffer);
const w = new Int32Array(80);

function at(t: number): number {
  return w[t] as number;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The bytes of the candidate with that index: all byte strings by length, then in order (docs/worker.md). */
export function candidateAt(index: bigint): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  // Bijective base 256: its digits are 1 to 256.
  for (let rest = index; rest > 0n; rest = (rest - 1n) >> 8n) bytes.unshift(Number((rest - 1n) & 0xffn));
  return new Uint8Array(bytes);
}

/** RFC 3174, section 5: K(t), one for each 20 steps. */
const roundConstants = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
/** RFC 3174, section 6.1: H0 to H4. */
const initialState = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

/** The constants of SHA-1 as generated code reads them from memory. */
export const constantTable = Uint32Array.from([...roundConstants, ...initialState]);

/** Where K(t) is in the table, in bytes. */
export const constantOffset = (t: number): number => 4 * Math.floor(t / 20);

/** Where H0 to H4 are. */
export const stateOffset = (word: number): number => 4 * (roundConstants.length + word);

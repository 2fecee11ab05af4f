/** Four bytes whose SHA-1 has "doctor" in it, in pieces: before the name, the name, behind it. */
export const pictured = {
  bytes: "08 84 DF 06",
  hash: ["5V", "dOcToR", "IRJ7fOxYSJDnahvxVzo="],
} as const;

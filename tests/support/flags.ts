/** The whole number of a flag. Throws an Error that says what to give. */
export function wholeNumber(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${flag} must be a whole number, not "${text}".`);
  return Number(text);
}

/** The seed of a run: the one that was asked for, or a new one. */
export function seedFrom(text: string | undefined): number {
  return text === undefined ? Math.floor(Math.random() * 2 ** 32) : wholeNumber("seed", text);
}

/** The key as it can be seen: a space has no shape of its own. */
export function keyName(key: string): string {
  return key.replaceAll(" ", "␣");
}

// The bytes behind a match, in the ways in which people and machines write them.

/** The bytes of a base64 text. Undefined when it is none. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The bytes as base64, "=" included. */
export function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** "4F 8A 11" */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join(" ")
    .toUpperCase();
}

/**
 * A line for a POSIX shell that prints the fingerprint of the bytes. Every byte is three octal
 * digits of printf: no other way to write any byte works in every shell, and none needs another tool.
 */
export function shellLineOf(bytes: Uint8Array): string {
  const octal = Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return `printf '${octal}' | openssl dgst -sha1 -binary | base64`;
}

/**
 * A random UUID, version 4 (RFC 9562, section 5.4). `crypto.randomUUID` exists
 * only in secure contexts, and the page may be opened over plain HTTP from another
 * machine; `getRandomValues` exists everywhere.
 */
export function newSearchId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return uuidFrom(crypto.getRandomValues(new Uint8Array(16)));
}

/** Formats 16 random bytes as a version 4 UUID. */
export function uuidFrom(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte, i) => {
    if (i === 6) return (byte & 0x0f) | 0x40; // version 4
    if (i === 8) return (byte & 0x3f) | 0x80; // variant 10
    return byte;
  })
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

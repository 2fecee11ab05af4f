import { createHash, randomBytes } from "node:crypto";

/** A token for its holder, and the line of the token file by which a server knows it. */
export interface NewToken {
  readonly token: string;
  readonly line: string;
}

// What finds secrets in the wrong places finds it by its beginning.
const prefix = "hf_";
const tokenBytes = 32;

/** Makes a token of 256 random bits. */
export function newToken(name: string): NewToken {
  const token = prefix + randomBytes(tokenBytes).toString("base64url");
  return { token, line: `${name} sha256:${digestOf(token).toString("hex")}` };
}

/**
 * By which a server knows a token. Not a slow hash: that is for passwords, which
 * people choose and which can be guessed. Of 256 random bits nobody tries a share
 * worth mentioning, and a slow hash would be work that any caller could cause.
 */
export function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

import { type Violation, violations } from "../../../proto/rules.ts";
import { bytesOf } from "./secret.ts";

/** What a link to a match says: all else follows from it. */
export interface LinkedMatch {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Why a link leads to no match. */
export type LinkProblem = Violation | { readonly rule: "bytes" };

// The names in the address; a link is meant to be read, and to stay valid.
const parameters = { name: "name", bytes: "bytes" } as const;

// A match of a search has 8 bytes at most. Whoever found one elsewhere may have more,
// but a link is for a line of a shell that people can still read.
const mostBytes = 64;

// No base64: no bytes at all are bytes, too, but have to be said.
const missing = "?";

/** The part of an address that says which match: "name=doctor&bytes=CITfBg". `secret` is base64. */
export function matchQuery(name: string, secret: string): string {
  // RFC 4648, section 5, without the padding: nothing in it needs to be escaped in an address.
  const bytes = secret.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return new URLSearchParams({ [parameters.name]: name, [parameters.bytes]: bytes }).toString();
}

/** The match of a link, or what is wrong with the link. */
export function linkedMatch(query: string): LinkedMatch | LinkProblem {
  const given = new URLSearchParams(query);
  // A "+" that was not escaped is read as a space. No name and no base64 has one.
  const text = (parameter: keyof typeof parameters) => given.get(parameters[parameter])?.replaceAll(" ", "+");
  const name = text("name") ?? "";
  const [broken] = violations({
    desiredName: name,
    // Any match may be shown, however far it is from its name.
    idealHammingDistance: name.length,
    interestingHammingDistance: 0,
    searchId: "",
    startIndex: 0n,
  });
  if (broken) return broken;
  const bytes = bytesOf(text("bytes")?.replaceAll("-", "+").replaceAll("_", "/") ?? missing);
  return bytes === undefined || bytes.length > mostBytes ? { rule: "bytes" } : { name, bytes };
}

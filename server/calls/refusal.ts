/** What a server has places for. */
export type Kind = "searches" | "streams" | "watchers" | "reports" | "rehearsals";

/** Why a call is not begun. */
export type Refusal =
  | { readonly why: "client full"; readonly of: Kind; readonly limit: number; readonly retryAfterMs: number }
  | { readonly why: "server full"; readonly of: Kind; readonly limit: number; readonly retryAfterMs: number }
  /** The client has asked for so many searches within a minute. */
  | { readonly why: "too often"; readonly limit: number; readonly retryAfterMs: number }
  /** The client has computed what it may for now: fewer hashes are left than a search starts with. */
  | {
      readonly why: "credit spent";
      /** Of a full credit. */
      readonly limit: number;
      readonly left: number;
      readonly least: number;
      readonly retryAfterMs: number;
    }
  /** Nobody knows what the client may still have. */
  | { readonly why: "store gone"; readonly retryAfterMs: number }
  | { readonly why: "shutdown" }
  /** The id belongs to another search, or to one that was already stopped. */
  | { readonly why: "id taken" };

/** Why a request is refused before it is known what it asks for. */
export type EdgeRefusal =
  /** It has no token that is known. */
  | { readonly why: "unauthenticated" }
  /** It is for a name that is not the server's. */
  | { readonly why: "other host" }
  /** A page of another origin sent it. */
  | { readonly why: "other origin" };

/** Thrown when a call is not begun. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`the call was refused: ${refusal.why}`);
    this.name = "Refused";
    this.refusal = refusal;
  }
}

/** What a server has places for. */
export type Kind = "searches" | "streams" | "watchers" | "reports" | "rehearsals";

/** Why a call is not begun. */
export type Refusal =
  | { readonly why: "client full"; readonly of: Kind; readonly limit: number; readonly retryAfterMs: number }
  | { readonly why: "server full"; readonly of: Kind; readonly limit: number; readonly retryAfterMs: number }
  | { readonly why: "shutdown" }
  /** The id belongs to another search, or to one that was already stopped. */
  | { readonly why: "id taken" };

/** Thrown when a call is not begun. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`the call was refused: ${refusal.why}`);
    this.name = "Refused";
    this.refusal = refusal;
  }
}

/** Why a search does not start. */
export type Refusal =
  | { readonly why: "client full"; readonly limit: number; readonly retryAfterMs: number }
  | { readonly why: "server full"; readonly limit: number; readonly retryAfterMs: number }
  | { readonly why: "shutdown" }
  /** The id belongs to another search, or to one that was already stopped. */
  | { readonly why: "id taken" };

/** Thrown when a search does not start. */
export class SearchRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`the search was refused: ${refusal.why}`);
    this.name = "SearchRefused";
    this.refusal = refusal;
  }
}

import type { KeptSearch } from "../session/kept-search.ts";

/** Where searches are kept. Every method may reject: private windows deny it. */
export interface Database {
  all(): Promise<readonly KeptSearch[]>;
  /** Writes these in one step, which is done even if the page is left right after the call. */
  put(...searches: readonly KeptSearch[]): Promise<void>;
  /** Changes every search in one step, which is undone if the page is left before its end. `change` answers with it as it shall be, or with undefined: then it is deleted. */
  update(change: (search: KeptSearch) => KeptSearch | undefined): Promise<void>;
  /** Removes the searches that were written longest ago and may go, until there are no more than `most`. */
  trim(most: number, mayGo: (search: KeptSearch) => boolean): Promise<void>;
}

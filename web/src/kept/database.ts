import type { KeptSearch } from "../session/kept-search.ts";

/** Where searches are kept. Every method may reject: private windows deny it. */
export interface Database {
  all(): Promise<readonly KeptSearch[]>;
  put(search: KeptSearch): Promise<void>;
  /** Changes every search in one step. `change` answers with it as it shall be, or with undefined: then it is deleted. */
  update(change: (search: KeptSearch) => KeptSearch | undefined): Promise<void>;
  /** Removes the searches that were written longest ago and may go, until there are no more than `most`. */
  trim(most: number, mayGo: (search: KeptSearch) => boolean): Promise<void>;
}

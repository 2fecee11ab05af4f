import type { ServerResponse } from "node:http";
import type { EdgeRefusal, Refusal } from "../calls/refusal.ts";

/** Hears what becomes of the calls that come to a port, whatever they mean. */
export interface CallObserver {
  /**
   * A call is under way until its answer is closed.
   *
   * @param method without its slash: "hash_name.HashFinder/Find"
   */
  callBegun(method: string, response: ServerResponse): void;
  /** A call, or another request, is not begun. */
  refused(refusal: Refusal | EdgeRefusal): void;
}

import type { ServerResponse } from "node:http";

/** How many calls of each method are under way, whoever answers them. */
export class ActiveCalls {
  readonly #counts = new Map<string, number>();

  /** A call that is under way until its answer is closed. */
  add(method: string, response: ServerResponse): void {
    this.#change(method, 1);
    response.once("close", () => this.#change(method, -1));
  }

  /** Methods that were called before are told of with 0. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  #change(method: string, by: 1 | -1): void {
    this.#counts.set(method, (this.#counts.get(method) ?? 0) + by);
  }
}

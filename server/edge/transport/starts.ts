/** How many requests begin in one turn of the event loop; a refused call takes up to a millisecond. */
const startsPerTurn = 8;

type Start = () => void;

/**
 * Lets requests begin, only so many in one turn of the event loop. One read of an
 * HTTP/2 connection brings as many requests as it may have streams, and one turn
 * reads every connection. Those that wait take turns: their clients first, then
 * each client's connections.
 */
export class Starts {
  readonly #waiting = new Map<string, Map<object, Start[]>>();
  #left = startsPerTurn;
  #isTurning = false;

  /** Calls `start` when its turn has come, most often at once. */
  add(client: string, connection: object, start: Start): void {
    if (!this.#isTurning) {
      this.#isTurning = true;
      setImmediate(() => this.#turn());
    }
    if (this.#left > 0 && this.#waiting.size === 0) {
      this.#left--;
      start();
      return;
    }
    const connections = this.#waiting.get(client) ?? new Map<object, Start[]>();
    this.#waiting.set(client, connections);
    const starts = connections.get(connection) ?? [];
    connections.set(connection, starts);
    starts.push(start);
  }

  #turn(): void {
    const started = this.#waiting.size > 0;
    this.#left = startsPerTurn;
    for (; this.#left > 0 && this.#waiting.size > 0; this.#left--) this.#next()?.();
    this.#isTurning = started;
    if (started) setImmediate(() => this.#turn());
  }

  #next(): Start | undefined {
    const [client, connections] = this.#waiting.entries().next().value ?? [];
    if (client === undefined || !connections) return undefined;
    const [connection, starts] = connections.entries().next().value ?? [];
    if (connection === undefined || !starts) return undefined;
    const start = starts.shift();
    // To the end of its line, when it has more.
    connections.delete(connection);
    if (starts.length > 0) connections.set(connection, starts);
    this.#waiting.delete(client);
    if (connections.size > 0) this.#waiting.set(client, connections);
    return start;
  }
}

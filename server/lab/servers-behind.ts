import { type LabClient, loopbackClient, type Serve, startServer } from "./loopback.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** The place that a place calls: "server 2" after "server 1". */
export function placeBehind(place: string): string {
  return place.replace(/\d+$/, (number) => String(Number(number) + 1));
}

/** The servers that a rehearsal's first one calls: each is started when it is called first, and ends with the rehearsal. */
export class ServersBehind {
  readonly #serve: Serve;
  readonly #started = new WeakMap<Rehearsal, Map<string, Promise<LabClient>>>();

  constructor(serve: Serve) {
    this.#serve = serve;
  }

  /** A client of the one at the place. */
  client(rehearsal: Rehearsal, place: string): Promise<LabClient> {
    const clients = this.#started.get(rehearsal) ?? new Map<string, Promise<LabClient>>();
    this.#started.set(rehearsal, clients);
    const client = clients.get(place) ?? rehearsal.hold(this.#start(rehearsal, place));
    clients.set(place, client);
    return client;
  }

  async #start(rehearsal: Rehearsal, place: string): Promise<LabClient> {
    rehearsal.signal.throwIfAborted();
    const { port } = await startServer(rehearsal, this.#serve, place);
    return loopbackClient(rehearsal, port);
  }
}

import { Departures } from "./departures.ts";
import { type Kind, Refused } from "./refusal.ts";
import { aheadOfEach, firstInLine, type LineClient } from "./waiting-line.ts";

/** How many calls of a kind there may be. */
export interface Caps {
  /** What is counted, for the words of a refusal. */
  readonly of: Kind;
  /** Most of one client, running and waiting; 0: any number. */
  readonly perClient: number;
  /** Most that run at once; 0: any number. */
  readonly inAll: number;
  /** The longest line before them; here 0 means that there is none. */
  readonly waiting: number;
}

/** What admission asks of a call that it lets in. */
export interface Admitted {
  /** Most of its client, in place of the usual number; 0: any number. */
  readonly perClient?: number;
  /** Its turn has come, after it has waited. */
  begin?(): void;
  /** How long it will run at the most from now, where that is known. Asked only while it runs. */
  remainingMs?(): number | undefined;
}

/** A call's place among those that run or wait. */
export interface Place {
  /** Whether it may run; if not, it waits for `begin`. */
  readonly runs: boolean;
  /** Gives the place back. Safe to call twice. */
  leave(): void;
}

interface Taken extends Place {
  readonly client: Client;
  readonly call: Admitted;
  readonly arrival: number;
}

/** There only while it has calls. */
interface Client extends LineClient<Taken> {
  readonly name: string;
  readonly running: Set<Taken>;
  readonly waiting: Set<Taken>;
  readonly departures: Departures;
}

const shortestMs = 1000;

// A refusal tells when the first of all that run must end. One look at them all
// serves the refusals of a quarter of a second, however many there are.
const soonestHoldsMs = 250;

/** How many calls of one kind may run, of each client and in all, and whose turn is next. */
export class Admission {
  readonly #caps: Caps;
  readonly #nowMs: () => number;
  readonly #clients = new Map<string, Client>();
  /** Those with calls in the line. */
  readonly #inLine = new Set<Client>();
  readonly #departures = new Departures();
  #running = 0;
  #waiting = 0;
  #arrivals = 0;
  #closed = false;
  /** Made when it is asked for, dropped when the line may have changed. */
  #ahead: ReadonlyMap<unknown, number> | undefined;
  #soonest = { seenAtMs: Number.NEGATIVE_INFINITY, atMs: 0 };

  /** @param nowMs any steady clock */
  constructor(caps: Caps, nowMs: () => number = () => performance.now()) {
    this.#caps = caps;
    this.#nowMs = nowMs;
  }

  /** Calls that run, of one client or of all. */
  running(client?: string): number {
    return client === undefined ? this.#running : (this.#clients.get(client)?.running.size ?? 0);
  }

  /** Calls in the line. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many go before a call, as things stand; undefined when it does not wait. */
  ahead(place: Place): number | undefined {
    this.#ahead ??= aheadOfEach(this.#inLine);
    return this.#ahead.get(place);
  }

  /**
   * Lets a call of a client in, to run or to wait.
   *
   * @throws Refused
   */
  enter(name: string, call: Admitted = {}): Place {
    if (this.#closed) throw new Refused({ why: "shutdown" });
    const known = this.#clients.get(name);
    if (known) this.#refuseFull(known, call.perClient ?? this.#caps.perClient);
    const { inAll, waiting } = this.#caps;
    const runs = inAll === 0 || this.#running < inAll;
    if (!runs && this.#waiting >= waiting) throw this.#serverFull();
    const client = known ?? newClient(name);
    this.#clients.set(name, client);
    const taken: Taken = {
      client,
      call,
      arrival: this.#arrivals++,
      get runs() {
        return client.running.has(taken);
      },
      leave: () => this.#leave(taken),
    };
    if (runs) this.#run(taken);
    else this.#line(taken);
    return taken;
  }

  /** Lets nobody in any more. */
  close(): void {
    this.#closed = true;
  }

  #run(taken: Taken): void {
    this.#running++;
    taken.client.running.add(taken);
    this.#ahead = undefined;
  }

  #line(taken: Taken): void {
    this.#waiting++;
    taken.client.waiting.add(taken);
    this.#inLine.add(taken.client);
    this.#ahead = undefined;
  }

  #leaveLine(taken: Taken): boolean {
    const { client } = taken;
    if (!client.waiting.delete(taken)) return false;
    this.#waiting--;
    if (client.waiting.size === 0) this.#inLine.delete(client);
    this.#ahead = undefined;
    return true;
  }

  #leave(taken: Taken): void {
    const { client } = taken;
    if (client.running.delete(taken)) {
      this.#running--;
      this.#ahead = undefined;
      const nowMs = this.#nowMs();
      this.#departures.note(nowMs);
      client.departures.note(nowMs);
      this.#letNextRun();
    } else if (!this.#leaveLine(taken)) {
      return;
    }
    if (client.running.size + client.waiting.size === 0) this.#clients.delete(client.name);
  }

  #letNextRun(): void {
    const next = firstInLine<Taken>(this.#inLine);
    if (!next) return;
    this.#leaveLine(next);
    this.#run(next);
    next.call.begin?.();
  }

  #refuseFull({ running, waiting, departures }: Client, limit: number): void {
    const { of } = this.#caps;
    if (limit === 0 || running.size + waiting.size < limit) return;
    const soonestMs = soonestOf(running);
    const retryAfterMs = Math.max(shortestMs, Math.min(soonestMs, departures.intervalMs(this.#nowMs())));
    throw new Refused({ why: "client full", of, limit, retryAfterMs });
  }

  #serverFull(): Refused {
    const { of, inAll: limit } = this.#caps;
    const nowMs = this.#nowMs();
    if (nowMs - this.#soonest.seenAtMs >= soonestHoldsMs) {
      const soonest = this.#clients.values().map(({ running }) => soonestOf(running));
      const atMs = nowMs + soonest.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
      this.#soonest = { seenAtMs: nowMs, atMs };
    }
    // It needs a place in the line, and the first that runs frees one when it ends.
    const byHabitMs = this.#departures.intervalMs(nowMs) * (this.#waiting + 1);
    const retryAfterMs = Math.max(shortestMs, Math.min(this.#soonest.atMs - nowMs, byHabitMs));
    return new Refused({ why: "server full", of, limit, retryAfterMs });
  }
}

function newClient(name: string): Client {
  return { name, running: new Set(), waiting: new Set(), departures: new Departures() };
}

/** In how many milliseconds the first of them ends at the latest. */
function soonestOf(running: Iterable<Taken>): number {
  let soonest = Number.POSITIVE_INFINITY;
  for (const { call } of running) soonest = Math.min(soonest, call.remainingMs?.() ?? soonest);
  return soonest;
}

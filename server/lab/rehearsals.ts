import type { ConnectError } from "@connectrpc/connect";
import { longestRehearsalMs, mostCallsOfRehearsal } from "../../proto/lab-rules.ts";
import { Admission } from "../calls/admission.ts";
import { idTaken, notOpen } from "./endings.ts";
import { Rehearsal, type RehearsalLimits, type RehearsalReport } from "./rehearsal.ts";

/** What the lab gives. */
export interface LabLimits extends RehearsalLimits {
  /** Rehearsals of one client, and of all. */
  readonly perClient: number;
  readonly inAll: number;
}

export const usualLimits: LabLimits = {
  perClient: 4,
  inAll: 32,
  timeMs: longestRehearsalMs,
  calls: mostCallsOfRehearsal,
  // 50 kB. One call past two servers tells about 20, all within a few milliseconds.
  unread: 256,
};

/** Every rehearsal of the server: opens them, finds them, ends them. */
export class Rehearsals {
  readonly #limits: LabLimits;
  readonly #admission: Admission;
  readonly #open = new Map<string, Rehearsal>();
  readonly #unreleased = new Set<Promise<unknown>>();
  readonly #onReleased: (report: RehearsalReport) => void;

  /** @param onReleased is called once for each, when nothing of it is left */
  constructor(onReleased: (report: RehearsalReport) => void, limits: LabLimits = usualLimits) {
    this.#limits = limits;
    this.#onReleased = onReleased;
    const { perClient, inAll } = limits;
    this.#admission = new Admission({ of: "rehearsals", perClient, inAll, waiting: 0 });
  }

  /**
   * Opens one, which its caller ends. Its place is free again once nothing is left of it.
   *
   * @throws Refused, ConnectError
   */
  open(id: string, client: string, timeMs = this.#limits.timeMs): Rehearsal {
    const key = id.toLowerCase();
    if (this.#open.has(key)) throw idTaken();
    const place = this.#admission.enter(client, { remainingMs: () => rehearsal.remainingMs });
    const rehearsal = new Rehearsal(key, client, { ...this.#limits, timeMs });
    this.#open.set(key, rehearsal);
    rehearsal.signal.addEventListener("abort", () => this.#open.delete(key), { once: true });
    const released = rehearsal.released.then((report) => {
      place.leave();
      this.#unreleased.delete(released);
      this.#onReleased(report);
    });
    this.#unreleased.add(released);
    return rehearsal;
  }

  /** The open one with this id, if there is one. */
  find(id: string): Rehearsal | undefined {
    return this.#open.get(id.toLowerCase());
  }

  /** The open one with this id. @throws ConnectError FAILED_PRECONDITION */
  opened(id: string): Rehearsal {
    const rehearsal = this.find(id);
    if (!rehearsal) throw notOpen();
    return rehearsal;
  }

  /** Opens no more; those that are open go on. */
  refuseNew(): void {
    this.#admission.close();
  }

  /** Ends them all and opens no more. Resolves when nothing of them is left. */
  async close(reason: ConnectError): Promise<void> {
    this.refuseNew();
    for (const rehearsal of this.#open.values()) rehearsal.end("shutdown", reason);
    await Promise.all(this.#unreleased);
  }
}

import { type Client, createClient, type Transport } from "@connectrpc/connect";
import type { Logger } from "pino";
import { type GetScannerResponse, ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion } from "../../proto/scan-contract.ts";
import { pause } from "../calls/abort.ts";
import { messageOf } from "../calls/message-of.ts";
import type { Machine } from "../engine/workers.ts";

const askEveryMs = 5000;
// So that many which were started together are not all asked in one turn of the event loop.
const soonestShare = 0.5;
// One that has no seats yet, because its own upstreams are only coming.
const askSeatlessEveryMs = 500;
const askTimeoutMs = 2000;
const shortestRestMs = 250;
const longestRestMs = 10_000;
// To ask costs little, and one that was started again should not wait.
const longestRestOfAbsentMs = 2000;

// What a server may say of itself; beyond it would only fill this one's memory.
const mostSeats = 1024;
const highestRate = 1e15;

// Candidates a millisecond on a seat of one that has not measured itself.
const unmeasuredRate = 500;

export interface UpstreamOptions {
  /** The servers through which calls of this one come, itself last. */
  readonly path: () => readonly string[];
  /** Ranges that it takes at once, for the address of a balancer; undefined: as many as it says. */
  readonly seats: number | undefined;
  readonly log: Logger;
  /** Hears that it has seats. */
  readonly onReady: () => void;
}

/** Another server that computes for this one, as it was last known. */
export class Upstream implements Machine {
  readonly url: string;
  readonly scanner: Client<typeof ScanService>;
  readonly #options: UpstreamOptions;
  readonly #life = new AbortController();
  #seats = 0;
  #ratePerSeat = 0;
  #instances: readonly string[] = [];
  #isReady = false;
  /** How often it was set aside since it last did something well. */
  #failures = 0;
  /** Since it last answered. */
  #asksFailed = 0;
  #rangesFailed = 0;
  /** Aborts when it is set aside. */
  #ready = new AbortController();
  readonly #freeSeats: object[] = [];
  #running = 0;
  /** Seats whose ranges failed a moment ago. */
  #resting = 0;

  constructor(url: string, transport: Transport, options: UpstreamOptions) {
    this.url = url;
    this.scanner = createClient(ScanService, transport);
    this.#options = options;
    void this.#keepAsking();
  }

  /** Ranges that it takes at once, without seats that rest; 0 while it is set aside. */
  get seats(): number {
    return this.#isReady ? this.#seats - this.#resting : 0;
  }

  /** Candidates a millisecond on one seat, as it measured itself; 0: not known. */
  get ratePerSeat(): number {
    return this.#ratePerSeat;
  }

  get usualRate(): number {
    return this.#ratePerSeat || unmeasuredRate;
  }

  /** It and the servers that it computes through, as it last said. */
  get instances(): readonly string[] {
    return this.#isReady ? this.#instances : [];
  }

  /** Ranges that it has now. */
  get running(): number {
    return this.#running;
  }

  /** Takes a seat for a range: one of those that had ranges before, if there is one. */
  take(): object {
    this.#running++;
    return this.#freeSeats.pop() ?? {};
  }

  /**
   * Gives a seat back.
   *
   * @param failure why it is not to be given more; undefined when it did well
   */
  giveBack(seat: object, failure: unknown): void {
    this.#running--;
    this.#freeSeats.push(seat);
    if (failure === undefined) this.#succeed();
    else this.#fail(failure);
  }

  /** Gives it no more ranges; those under way go on. */
  close(): void {
    this.#isReady = false;
    this.#life.abort(new Error("the upstream is not used any more"));
  }

  /** Sets it aside, longer each time it fails again before it has done something well. */
  #fail(reason: unknown): void {
    // All its ranges fail together when it dies: that is one failure.
    if (!this.#isReady) return;
    // Behind a balancer's address one of many fails, which is the balancer's to notice.
    if (++this.#rangesFailed < (this.#options.seats ?? 1)) {
      const { log } = this.#options;
      log.warn({ upstream: this.url, reason: messageOf(reason) }, "a range of an upstream failed");
      void this.#restSeat();
      return;
    }
    this.#failures++;
    this.#setAside(reason, "an upstream is set aside");
    this.#ready.abort();
  }

  /** Who refuses does so at once, and would be given range after range. */
  async #restSeat(): Promise<void> {
    this.#resting++;
    await rest(shortestRestMs, this.#life.signal);
    this.#resting--;
    this.#options.onReady();
  }

  #succeed(): void {
    this.#failures = 0;
    this.#rangesFailed = 0;
  }

  async #keepAsking(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      this.#ready = new AbortController();
      const either = AbortSignal.any([signal, this.#ready.signal]);
      await this.#ask(either);
      if (this.#isReady) await rest(this.#asksAgainMs, either);
      if (!this.#isReady) await rest(this.#restsMs, signal);
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { path, onReady, log } = this.#options;
    const call = new AbortController();
    try {
      const said = await this.scanner.getScanner(
        { contractVersion: scanContractVersion, path: [...path()] },
        { signal: AbortSignal.any([signal, call.signal]), timeoutMs: askTimeoutMs },
      );
      this.#learn(said);
      if (!this.#isReady) {
        log.info({ upstream: this.url, server: said.serverName, seats: this.#seats }, "an upstream is ready");
      }
      this.#asksFailed = 0;
      this.#isReady = true;
      onReady();
    } catch (error) {
      if (signal.aborted) return;
      this.#asksFailed++;
      this.#setAside(error, "an upstream cannot be used");
    } finally {
      // One that speaks something else may go on speaking.
      call.abort();
    }
  }

  /** @throws Error that says why it cannot be used */
  #learn({ contractVersion, instances, seats, expectedHashesPerSecond }: GetScannerResponse): void {
    if (contractVersion !== scanContractVersion) {
      throw new Error(
        `it speaks version ${contractVersion} of the scan contract, this server version ${scanContractVersion}: run the same release on both`,
      );
    }
    const own = this.#options.path();
    if (instances.some((instance) => own.includes(instance))) {
      throw new Error("it computes through this server: take the loop out of --upstream");
    }
    if (seats > mostSeats) throw new Error(`it says that it has ${seats} seats: more than ${mostSeats}`);
    if (!(expectedHashesPerSecond >= 0 && expectedHashesPerSecond <= highestRate)) {
      throw new Error(`it says that it is good for ${expectedHashesPerSecond} hashes a second`);
    }
    this.#instances = instances;
    this.#seats = this.#options.seats ?? seats;
    this.#ratePerSeat = seats > 0 ? expectedHashesPerSecond / seats / 1000 : 0;
  }

  get #asksAgainMs(): number {
    if (this.#seats === 0) return askSeatlessEveryMs;
    return askEveryMs * (soonestShare + (1 - soonestShare) * Math.random());
  }

  get #restsMs(): number {
    if (this.#asksFailed > 0) return growing(this.#asksFailed, longestRestOfAbsentMs);
    return growing(this.#failures, longestRestMs);
  }

  #setAside(reason: unknown, words: string): void {
    this.#isReady = false;
    this.#rangesFailed = 0;
    this.#options.log.warn({ upstream: this.url, reason: messageOf(reason), restsMs: this.#restsMs }, words);
  }
}

function growing(times: number, longestMs: number): number {
  return Math.min(longestMs, shortestRestMs * 2 ** Math.min(10, Math.max(0, times - 1)));
}

/** Ends early when the signal aborts. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, signal).catch(() => {});
}

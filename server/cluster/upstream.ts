import { type Client, createClient, type Transport } from "@connectrpc/connect";
import type { Logger } from "pino";
import { ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion } from "../../proto/scan-contract.ts";
import { pause } from "../calls/abort.ts";

const askEveryMs = 10_000;
const askTimeoutMs = 2000;
const shortestPauseMs = 250;
const longestPauseMs = 10_000;

/** Another server that computes for this one, as it was last known. */
export class Upstream {
  readonly url: string;
  readonly scanner: Client<typeof ScanService>;
  readonly #path: readonly string[];
  readonly #givenSeats: number | undefined;
  readonly #log: Logger;
  readonly #onReady: () => void;
  readonly #life = new AbortController();
  #seats = 0;
  #ratePerSeat = 0;
  #instances: readonly string[] = [];
  #isReady = false;
  #failures = 0;
  #again = new AbortController();
  running = 0;

  constructor(
    url: string,
    transport: Transport,
    {
      path,
      seats,
      log,
      onReady,
    }: {
      path: readonly string[];
      /** Behind a balancer, whose servers each know only of their own; undefined: it is asked. */
      seats?: number | undefined;
      log: Logger;
      onReady: () => void;
    },
  ) {
    this.url = url;
    this.scanner = createClient(ScanService, transport);
    this.#path = path;
    this.#givenSeats = seats;
    this.#log = log;
    this.#onReady = onReady;
    void this.#keepAsking();
  }

  /** Ranges that it takes at once; 0 while it is set aside. */
  get seats(): number {
    return this.#isReady ? this.#seats : 0;
  }

  /** Candidates a millisecond on one seat, as it measured itself; 0: not known. */
  get ratePerSeat(): number {
    return this.#ratePerSeat;
  }

  /** It and the servers that it computes through, as it last said. */
  get instances(): readonly string[] {
    return this.#isReady ? this.#instances : [];
  }

  get hasIdle(): boolean {
    return this.running < this.seats;
  }

  /** Sets it aside, longer each time it fails again before it has done something well. */
  fail(reason: unknown): void {
    this.#isReady = false;
    this.#failures++;
    this.#log.warn({ upstream: this.url, reason: wordsOf(reason) }, "an upstream is set aside");
    this.#again.abort();
  }

  /** It has done something well. */
  succeed(): void {
    this.#failures = 0;
  }

  close(): void {
    this.#isReady = false;
    this.#life.abort(new Error("the server leaves"));
  }

  async #keepAsking(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      const isReady = await this.#ask();
      const pauseMs = isReady
        ? askEveryMs
        : Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(10, Math.max(0, this.#failures - 1)));
      this.#again = new AbortController();
      const either = AbortSignal.any([signal, this.#again.signal]);
      await pause(pauseMs, isReady ? either : signal).catch(() => {});
      // After a failure of a range it rests before it is asked.
      if (isReady && this.#again.signal.aborted) await pause(shortestPauseMs, signal).catch(() => {});
    }
  }

  async #ask(): Promise<boolean> {
    const { signal } = this.#life;
    const ask = { contractVersion: scanContractVersion, path: [...this.#path] };
    try {
      const said = await this.scanner.getScanner(ask, { signal, timeoutMs: askTimeoutMs });
      if (said.contractVersion !== scanContractVersion) {
        throw new Error(
          `it speaks version ${said.contractVersion} of the scan contract, this server version ${scanContractVersion}: run the same release on both`,
        );
      }
      if (said.instances.some((instance) => this.#path.includes(instance))) {
        throw new Error("it computes through this server: take the loop out of --upstream");
      }
      this.#instances = said.instances;
      this.#seats = this.#givenSeats ?? said.seats;
      this.#ratePerSeat = said.seats > 0 ? said.expectedHashesPerSecond / said.seats / 1000 : 0;
      if (!this.#isReady) {
        this.#log.info(
          { upstream: this.url, server: said.serverName, seats: this.#seats },
          "an upstream is ready",
        );
      }
      this.#isReady = true;
      this.#onReady();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      this.#isReady = false;
      this.#failures++;
      this.#log.warn({ upstream: this.url, reason: wordsOf(error) }, "an upstream cannot be used");
      return false;
    }
  }
}

function wordsOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

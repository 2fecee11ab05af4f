import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Client } from "@connectrpc/connect";
import {
  type ScanEnded,
  type ScanRequest,
  ScanRequestSchema,
  type ScanResponse,
  type ScanService,
} from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion, scanMostMatches, scanProgressMs } from "../../proto/scan-contract.ts";
import type { Hop, Settle, Slice, SliceResult } from "../engine/workers.ts";
import type { ScanJob } from "../kernel/scan.ts";
import { GatheredMatches } from "./gathered-matches.ts";

/** What a slice needs of the server that computes it. */
export interface SliceCall {
  readonly scanner: Client<typeof ScanService>;
  readonly worker: object;
  readonly job: ScanJob;
  /** The servers through which the call comes, this one last. */
  readonly path: readonly string[];
  readonly client: string;
  readonly deadlineMs: number;
  readonly settle: Settle;
  /** Hears why there is no result; undefined when there is one. */
  readonly onEnd: (failure: unknown) => void;
}

// A worker that is there speaks every 100 ms.
const silenceMs = 10 * scanProgressMs;
// One that does not answer an interrupt for so long is not waited for.
const interruptMs = 250;

/** One range on its way on another server: the call is the lease. */
export class RemoteSlice implements Slice {
  readonly worker: object;
  readonly #call: SliceCall;
  readonly #controller = new AbortController();
  readonly #interrupted = Promise.withResolvers<void>();
  readonly #matches: GatheredMatches;
  #tried = 0;
  #isInterrupted = false;
  #acceptedBy: { serverInstance: string; serverName: string } | undefined;
  #ended: ScanEnded | undefined;
  #silence: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(call: SliceCall) {
    this.#call = call;
    this.worker = call.worker;
    this.#matches = new GatheredMatches(call.job, scanMostMatches + 4096);
    void this.#run();
  }

  get tried(): number {
    return this.#tried;
  }

  interrupt(): void {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#interrupted.resolve();
    this.#patience = setTimeout(
      () => this.#controller.abort(new Error("it did not answer the interrupt")),
      interruptMs,
    );
  }

  async #run(): Promise<void> {
    const { scanner, deadlineMs, settle, onEnd } = this.#call;
    const { signal } = this.#controller;
    this.#hear();
    let result: SliceResult | undefined;
    let failure: unknown;
    try {
      for await (const { response } of scanner.scan(this.#requests(), { signal, timeoutMs: deadlineMs })) {
        this.#hear();
        this.#take(response);
      }
      result = this.#result();
    } catch (error) {
      failure = signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(this.#silence);
      clearTimeout(this.#patience);
      this.#interrupted.resolve();
      this.#controller.abort();
    }
    onEnd(failure);
    settle(result, this.#hop(result !== undefined));
  }

  async *#requests(): AsyncGenerator<ScanRequest> {
    const { job, path, client } = this.#call;
    yield create(ScanRequestSchema, {
      request: {
        case: "range",
        value: {
          contractVersion: scanContractVersion,
          path: [...path],
          desiredName: job.name,
          idealHammingDistance: job.idealDistance,
          listedHammingDistance: job.listedDistance,
          startIndex: job.start,
          count: BigInt(job.count),
          client,
        },
      },
    });
    await this.#interrupted.promise;
    if (!this.#ended) yield create(ScanRequestSchema, { request: { case: "interrupt", value: {} } });
  }

  #take(response: ScanResponse["response"]): void {
    if (this.#ended) throw new Error("it says more after the end");
    switch (response.case) {
      case "accepted":
        this.#acceptedBy = response.value;
        break;
      case "progress":
        this.#progress(Number(response.value.tried));
        break;
      case "matches":
        this.#matches.add(response.value.frames);
        break;
      case "ended":
        this.#progress(Number(response.value.tried));
        this.#ended = response.value;
        break;
      default:
        throw new Error("it says what is not in the contract");
    }
  }

  #progress(tried: number): void {
    if (tried < this.#tried || tried > this.#call.job.count) {
      throw new Error(`it says that ${tried} of ${this.#call.job.count} were tried, after ${this.#tried}`);
    }
    this.#tried = tried;
  }

  #result(): SliceResult {
    if (!this.#ended) throw new Error("it ended without saying what was tried");
    if (this.#tried === 0 && !this.#isInterrupted) throw new Error("it gave the range back untouched");
    const tookMs = this.#ended.took ? durationMs(this.#ended.took) : 0;
    return { tried: this.#tried, matches: this.#matches.packed(this.#tried), tookMs };
  }

  #hop(isConfirmed: boolean): Hop {
    const { interruptSeenAfter, idleAfter, hashesAfterInterrupt } = this.#ended ?? {};
    return {
      serverInstance: this.#acceptedBy?.serverInstance ?? "",
      serverName: this.#acceptedBy?.serverName ?? "",
      hashes: this.#tried,
      hashesAfterInterrupt: Number(hashesAfterInterrupt ?? 0n),
      interruptSeenAfterMs: interruptSeenAfter && durationMs(interruptSeenAfter),
      idleAfterMs: idleAfter ? durationMs(idleAfter) : 0,
      isConfirmed,
      endsWithinMs: isConfirmed ? 0 : this.#call.deadlineMs,
    };
  }

  #hear(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(
      () => this.#controller.abort(new Error(`it was silent for ${silenceMs / 1000} s`)),
      silenceMs,
    );
  }
}

import { create } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import {
  type ScanAccepted,
  type ScanEnded,
  type ScanRequest,
  ScanRequestSchema,
  type ScanResponse,
  type ScanService,
} from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion, scanMostMatches, scanProgressMs } from "../../proto/scan-contract.ts";
import type { Settle, Slice, SliceResult } from "../engine/workers.ts";
import type { ScanJob } from "../kernel/scan.ts";
import type { HopSpan } from "../tracing/hop-span.ts";
import { GatheredMatches } from "./gathered-matches.ts";
import { hopOf } from "./hop-of.ts";
import { milliseconds } from "./milliseconds.ts";

/** What a slice needs of the server that computes it. */
export interface SliceCall {
  readonly scanner: Client<typeof ScanService>;
  readonly worker: object;
  readonly job: ScanJob;
  /** The servers through which the call comes, this one last. */
  readonly path: readonly string[];
  readonly client: string;
  readonly deadlineMs: number;
  readonly span: HopSpan;
  readonly settle: Settle;
  /** Hears why the server is not to be given more; undefined when it did well. */
  readonly onEnd: (failure: unknown) => void;
}

// A worker that is there speaks every 100 ms.
const silenceMs = 10 * scanProgressMs;
// One that does not answer an interrupt for so long is not waited for. On
// machines whose cores others have, one in a hundred took more than 250 ms.
const interruptMs = 500;
// Ours says something some ten times a range; another may do so after each batch.
const mostMessages = 2000;

/** One range on its way on another server: the call is the lease. */
export class RemoteSlice implements Slice {
  readonly worker: object;
  readonly #call: SliceCall;
  readonly #began = performance.now();
  readonly #controller = new AbortController();
  readonly #interrupted = Promise.withResolvers<void>();
  readonly #matches: GatheredMatches;
  #tried = 0;
  #messages = 0;
  #isInterrupted = false;
  #accepted: ScanAccepted | undefined;
  #ended: ScanEnded | undefined;
  #silence: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(call: SliceCall) {
    this.#call = call;
    this.worker = call.worker;
    // The slice in which the bound is reached comes whole.
    this.#matches = new GatheredMatches(call.job, 2 * scanMostMatches);
    void this.#run();
  }

  get tried(): number {
    return this.#tried;
  }

  interrupt(): void {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#call.span.interrupted();
    this.#interrupted.resolve();
    this.#patience = this.#giveUpAfter(
      interruptMs,
      () => this.#ended !== undefined,
      new Error("it did not answer the interrupt"),
    );
  }

  async #run(): Promise<void> {
    const { scanner, deadlineMs, span, settle, onEnd } = this.#call;
    const { signal } = this.#controller;
    this.#hear();
    let result: SliceResult | undefined;
    let failure: unknown;
    try {
      const options = { signal, timeoutMs: deadlineMs, ...(span.headers && { headers: span.headers }) };
      for await (const { response } of scanner.scan(this.#requests(), options)) {
        this.#take(response);
        this.#hear();
      }
      result = this.#result();
      failure = this.#givenBack(result);
    } catch (error) {
      failure = signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(this.#silence);
      clearTimeout(this.#patience);
      this.#interrupted.resolve();
      this.#controller.abort();
    }
    onEnd(failure);
    // One that ends a range without saying when it was idle may not be.
    const isConfirmed = result !== undefined && this.#ended?.idleAfter !== undefined;
    const hop = hopOf(this.#accepted, this.#ended, { hashes: this.#tried, isConfirmed, deadlineMs });
    span.ended(result !== undefined, hop);
    settle(result, hop);
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
    if (++this.#messages > mostMessages) throw new Error("it says too much");
    if (this.#ended) throw new Error("it says more after the end");
    if (response.case !== "accepted" && !this.#accepted) throw new Error("it did not accept the range first");
    switch (response.case) {
      case "accepted":
        this.#accept(response.value);
        break;
      case "progress":
        this.#progress(response.value.tried);
        break;
      case "matches":
        this.#matches.add(response.value.frames);
        break;
      case "ended":
        this.#progress(response.value.tried);
        this.#ended = response.value;
        break;
      default:
        throw new Error("it says what is not in the contract");
    }
  }

  #accept(accepted: ScanAccepted): void {
    if (this.#accepted) throw new Error("it accepts the range twice");
    // Behind a balancer it may be another server than the one that was asked.
    if (accepted.contractVersion !== scanContractVersion) {
      throw new Error(
        `it speaks version ${accepted.contractVersion} of the scan contract, this server version ${scanContractVersion}: run the same release on both`,
      );
    }
    this.#accepted = accepted;
  }

  #progress(tried: bigint): void {
    const { count } = this.#call.job;
    if (tried < this.#tried || tried > count) {
      throw new Error(`it says that ${tried} of ${count} were tried, after ${this.#tried}`);
    }
    this.#tried = Number(tried);
  }

  #result(): SliceResult {
    if (!this.#ended) throw new Error("it ended without saying what was tried");
    const saidMs = this.#ended.took ? milliseconds(this.#ended.took) : 0;
    // A client is charged for it: not more than there was.
    const tookMs = Math.max(0, Math.min(saidMs, performance.now() - this.#began));
    return { tried: this.#tried, matches: this.#matches.packed(this.#tried), tookMs };
  }

  /** A server may give back the rest of a range, but one that has tried nothing is unwell. */
  #givenBack({ tried }: SliceResult): Error | undefined {
    if (this.#isInterrupted || tried > 0) return undefined;
    return new Error(`it gave its range back with 0 of ${this.#call.job.count} tried`);
  }

  #hear(): void {
    clearTimeout(this.#silence);
    const heard = this.#messages;
    this.#silence = this.#giveUpAfter(silenceMs, () => this.#messages > heard, silence);
  }

  /** Unless it is well by then: what has come while this thread was busy is read first. */
  #giveUpAfter(ms: number, isWell: () => boolean, reason: Error): NodeJS.Timeout {
    return setTimeout(() => {
      setImmediate(() => {
        if (!isWell()) this.#controller.abort(reason);
      });
    }, ms);
  }
}

const silence = new Error(`it was silent for ${silenceMs / 1000} s`);

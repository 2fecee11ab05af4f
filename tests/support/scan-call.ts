import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { type ScanEnded, type ScanResponse, ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion } from "../../proto/scan-contract.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";

export type ScanClient = Client<typeof ScanService>;

/** A client of a worker, as a coordinator has one. */
export function scanClient(baseUrl: string): ScanClient {
  return createClient(ScanService, createGrpcTransport({ baseUrl }));
}

/** A job as the contract says it. */
export function rangeOf({ name, idealDistance, listedDistance, start, count }: ScanJob) {
  return {
    contractVersion: scanContractVersion,
    path: ["test"],
    desiredName: name,
    idealHammingDistance: idealDistance,
    listedHammingDistance: listedDistance,
    startIndex: start,
    count: BigInt(count),
    client: "test",
  };
}

/** A call of a worker. */
export interface ScanCall {
  readonly responses: AsyncIterable<ScanResponse>;
  /** Says that it is to be interrupted. */
  interrupt(): void;
  /** Ends the call without a word. */
  cancel(): void;
}

/** Asks for a range; the call stays open until it has ended. */
export function callScan(scanner: ScanClient, range: Partial<ReturnType<typeof rangeOf>>): ScanCall {
  const controller = new AbortController();
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<void>();
  return {
    responses: scanner.scan(requests(), { signal: controller.signal, timeoutMs: 30_000 }),
    interrupt,
    cancel: () => controller.abort(),
  };

  async function* requests() {
    yield { request: { case: "range" as const, value: range } };
    await interrupted;
    yield { request: { case: "interrupt" as const, value: {} } };
  }
}

/** What one scan of a range gave. */
export async function scanned(scanner: ScanClient, job: ScanJob): Promise<{ frames: Buffer; tried: number }> {
  const { responses, cancel } = callScan(scanner, rangeOf(job));
  const parts: Uint8Array[] = [];
  let end: ScanEnded | undefined;
  try {
    for await (const { response } of responses) {
      if (response.case === "matches") parts.push(response.value.frames);
      if (response.case === "ended") end = response.value;
    }
  } finally {
    cancel();
  }
  if (!end) throw new Error("the scan ended without saying what was tried");
  return { frames: Buffer.concat(parts), tried: Number(end.tried) };
}

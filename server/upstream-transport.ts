import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { scanMatchesBytes } from "../proto/scan-contract.ts";
import type { MutualCertificate } from "./edge/transport/mutual-tls.ts";

// Twice the largest message of the contract: one that is larger is refused
// before it is read.
const readMaxBytes = 2 * scanMatchesBytes;
const pingMs = 1000;

/** How an upstream is reached. PING finds out a frozen machine, whose connections stay open. */
export function upstreamTransport(baseUrl: string, tls: MutualCertificate | undefined): Transport {
  return createGrpcTransport({
    baseUrl,
    pingIntervalMs: pingMs,
    pingTimeoutMs: pingMs,
    readMaxBytes,
    nodeOptions: { ...tls },
  });
}

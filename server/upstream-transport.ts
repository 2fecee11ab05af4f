import { isIP, type LookupFunction } from "node:net";
import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { HeardSessions } from "../client/node/heard-sessions.ts";
import { scanMatchesBytes } from "../proto/scan-contract.ts";
import type { UpstreamAddress } from "./cluster/upstreams.ts";
import type { MutualCertificate } from "./edge/transport/tls.ts";

// Twice the largest message of the contract: one that is larger is refused
// before it is read.
const readMaxBytes = 2 * scanMatchesBytes;
const pings = { pingIntervalMs: 1000, pingTimeoutMs: 1000 };

/**
 * How an upstream is reached at one of the addresses of its name. Over TLS its
 * certificate must be of the name. PING finds out a frozen machine, whose
 * connections stay open.
 *
 * @param certificate the one that connections show and check by from now on
 */
export function upstreamTransport(
  { given, address }: Pick<UpstreamAddress, "given" | "address">,
  certificate: () => MutualCertificate | undefined,
): Transport {
  // TLS, SNI and the certificate's check go by the URL's name; only the address is said.
  const lookup: LookupFunction = (_name, { all }, found) => {
    const family = isIP(address);
    if (all) found(null, [{ address, family }]);
    else found(null, address, family);
  };
  return createGrpcTransport({
    baseUrl: given,
    readMaxBytes,
    sessionManager: new HeardSessions(given, pings, {
      lookup,
      // Each connection reads them when it is made.
      get cert() {
        return certificate()?.cert;
      },
      get key() {
        return certificate()?.key;
      },
      get ca() {
        return certificate()?.ca;
      },
    }),
  });
}

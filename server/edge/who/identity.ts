import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { searchOwnerHeader } from "../../../proto/headers.ts";
import { isUuid } from "../../../proto/rules.ts";
import type { ClientLimits } from "../../calls/limits.ts";
import { clientOf, connectionClientOf, type Network } from "../client.ts";
import type { KnownToken, Tokens } from "./tokens.ts";

/** Who calls. */
export interface Identity {
  /** By which limits and fair shares are counted: "token:NAME", "certificate:SUBJECT", or an address. */
  readonly client: string;
  /** Whose searches it may join, follow and ask about. A secret of the caller's, where it has sent one. */
  readonly owner: string;
  /** As its operator has named it; empty for an address. */
  readonly name: string;
  /** Where they differ from what everybody may have, as it is now. */
  readonly limits: ClientLimits;
  /** Whether it may call more than what is open to everybody. */
  readonly isAdmitted: boolean;
  /** By which it is admitted, if it is by one. */
  readonly token: KnownToken | undefined;
}

/** Tells who sends a request. */
export type Identify = (request: IncomingMessage) => Identity;

export interface IdentityOptions {
  /** Proxies whose word on who called them counts. */
  readonly trustedProxies: readonly Network[];
  /** Without them everybody is admitted. */
  readonly tokens?: Tokens | undefined;
  /** Whether callers have shown a certificate that was checked. */
  readonly isCertified?: boolean;
}

/**
 * Who calls is said by a token, else by the subject of the caller's certificate,
 * else it is an address. A proxy's certificate says nothing of who calls it. A token
 * that is not known admits nobody, whatever certificate comes with it.
 */
export function identifyBy({ trustedProxies, tokens, isCertified = false }: IdentityOptions): Identify {
  return (request) => {
    const { authorization } = request.headers;
    if (tokens && authorization !== undefined) {
      const token = tokens.find(authorization);
      if (!token) return ofAddress(request, trustedProxies, false);
      return {
        ...named(`token:${token.name}`, token.name),
        // A call may last longer than the line that they stand in.
        get limits() {
          return token.limits;
        },
        token,
      };
    }
    const { socket } = request;
    const isProxys = connectionClientOf(socket.remoteAddress ?? "", trustedProxies) === undefined;
    if (!isCertified || isProxys) return ofAddress(request, trustedProxies, tokens === undefined);
    const subject = subjectOf(socket as TLSSocket);
    // None is left of a connection that is closed.
    if (subject === undefined) return ofAddress(request, trustedProxies, false);
    return named(`certificate:${subject}`, subject);
  };
}

function named(client: string, name: string): Identity {
  return { client, owner: client, name, limits: {}, isAdmitted: true, token: undefined };
}

function ofAddress(request: IncomingMessage, trusted: readonly Network[], isAdmitted: boolean): Identity {
  const client = clientOf(request, trusted);
  const chosen = request.headers[searchOwnerHeader];
  const owner = typeof chosen === "string" && isUuid(chosen) ? `chosen:${chosen.toLowerCase()}` : client;
  return { client, owner, name: "", limits: {}, isAdmitted, token: undefined };
}

/** The common name, else what no other certificate has. */
function subjectOf(socket: TLSSocket): string | undefined {
  const { subject, fingerprint256 } = socket.getPeerCertificate() ?? {};
  const names: unknown = subject?.CN;
  return typeof names === "string" && names !== "" ? names : fingerprint256;
}

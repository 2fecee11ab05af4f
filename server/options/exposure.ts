import { ConfigError } from "./config-error.ts";

/** How far the server can be reached, and what stands before it. */
export interface Exposure {
  readonly host: string;
  readonly hasTls: boolean;
  readonly hasTrustedProxies: boolean;
  /** Whether a token or a certificate is asked for. */
  readonly hasTokens: boolean;
  readonly hasClientCa: boolean;
  /** Whether everybody was said to be welcome. */
  readonly isPublic: boolean;
}

/**
 * Beyond this machine nothing is open by accident: what is sent is encrypted, here or
 * by a proxy, and who may call was said.
 *
 * @throws ConfigError
 */
export function refuseUnsaid({ host, ...has }: Exposure): void {
  if (has.isPublic && (has.hasTokens || has.hasClientCa)) {
    throw new ConfigError("--public is for everybody: leave it out with --token-file or --client-ca.");
  }
  if (isLoopback(host)) return;
  const ways = [
    has.hasTls || has.hasTrustedProxies
      ? ""
      : "TLS (--tls-cert and --tls-key) or the proxy that has it (--trusted-proxies)",
    has.hasTokens || has.hasClientCa || has.isPublic
      ? ""
      : "who may call (--token-file, --client-ca, or --public for everybody)",
  ].filter((way) => way !== "");
  if (ways.length === 0) return;
  throw new ConfigError(
    `--host ${host} is open to other machines: give ${ways.join(", and ")}. Or stay on 127.0.0.1.`,
  );
}

/** Whether only this machine can call it. */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d+){3}|::1|localhost)$/.test(host);
}

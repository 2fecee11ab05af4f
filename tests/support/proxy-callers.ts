import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { withHeaders } from "./callers.ts";
import { certificate } from "./certificates.ts";
import { type Clients, clientsOver } from "./clients.ts";
import type { ReverseProxy } from "./proxies.ts";

/** From where a call comes, and with which headers. */
export interface Caller {
  readonly localAddress?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The ways in which people reach a server behind a proxy. */
export const waysThrough = [
  "gRPC-Web over HTTP/1.1",
  "gRPC-Web over HTTP/2 with TLS",
  "native gRPC",
] as const;
export type WayThrough = (typeof waysThrough)[number];

/** Clients of the server behind the proxy. */
export function clientsThrough(
  proxy: Pick<ReverseProxy, "url" | "tlsUrl">,
  way: WayThrough,
  caller: Caller = {},
): Clients {
  return clientsOver(transportThrough(proxy, way, caller));
}

function transportThrough(
  { url, tlsUrl }: Pick<ReverseProxy, "url" | "tlsUrl">,
  way: WayThrough,
  caller: Caller,
): Transport {
  const { localAddress = "127.0.0.1", headers = {} } = caller;
  // "localhost" is the name in the certificate; the proxy listens at its IPv4 address.
  const nodeOptions = { localAddress, family: 4 };
  const shared = { interceptors: [withHeaders(headers)] };
  const overTls = { baseUrl: tlsUrl, nodeOptions: { ...nodeOptions, ca: certificate.cert }, ...shared };
  switch (way) {
    case "gRPC-Web over HTTP/1.1":
      return createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions, ...shared });
    case "gRPC-Web over HTTP/2 with TLS":
      return createGrpcWebTransport({ httpVersion: "2", ...overTls });
    case "native gRPC":
      return createGrpcTransport(overTls);
  }
}

import { connect } from "node:net";
import type { Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { type Clients, clientsOver } from "./clients.ts";
import type { TestServer } from "./server.ts";

/** Why tests with callers of several addresses are skipped here, if they are. */
export const hasOneAddress: string | false =
  !["linux", "win32"].includes(process.platform) &&
  "this system has no loopback address but 127.0.0.1, so all callers are one";

/** Clients that call from a loopback address, with headers. */
export function clientsFrom(
  { url, grpcUrl }: TestServer,
  over: "gRPC-Web" | "native gRPC",
  localAddress: string,
  headers: Readonly<Record<string, string>> = {},
): Clients {
  const options = { interceptors: [withHeaders(headers)] };
  if (over === "gRPC-Web") {
    const nodeOptions = { localAddress };
    return clientsOver(createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions, ...options }));
  }
  const port = Number(new URL(grpcUrl).port);
  const createConnection = () => connect({ host: "127.0.0.1", port, localAddress });
  return clientsOver(
    createGrpcTransport({ baseUrl: grpcUrl, nodeOptions: { createConnection }, ...options }),
  );
}

/** Sends every call with these headers. */
export function withHeaders(headers: Readonly<Record<string, string>>): Interceptor {
  return (next) => (request) => {
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
}

import { type AddressInfo, createServer } from "node:net";

import { host } from "./loopback.ts";

/** A port of 127.0.0.1 on which nothing listens, as of now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const { promise: listens, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, host, resolve);
  await listens;
  const { port } = server.address() as AddressInfo;
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  server.close(() => onClosed());
  await closed;
  return port;
}

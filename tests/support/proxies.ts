import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { startProgram, withoutProgram } from "./programs.ts";
import { type Places, type ProxyName, proxyKinds, writeProxyFile } from "./proxy-files.ts";

/** A proxy with its configuration of deploy/, on ports of its own, in front of a test's servers. */
export interface ReverseProxy {
  /** Over HTTP/1.1. */
  readonly url: string;
  /** Over TLS with HTTP/2: gRPC-Web and native gRPC. */
  readonly tlsUrl: string;
  stop(): Promise<void>;
}

/** Why tests of it are skipped, or false where it is installed. */
export function without(name: ProxyName): string | false {
  const { program, version } = proxyKinds[name];
  return withoutProgram(program, version);
}

/** Starts it and waits until it takes connections. */
export async function startProxy(
  name: ProxyName,
  servers: Places["servers"],
  changes: Pick<Places, "timeout" | "changes"> = {},
): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-proxy-"));
  const [httpPort, tlsPort] = [await freePort(), await freePort()];
  const args = writeProxyFile(name, { httpPort, tlsPort, servers, folder, ...changes });
  // Caddy writes into its user's home.
  const homes = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const program = startProgram(proxyKinds[name].program, args, homes);
  for (const port of [httpPort, tlsPort]) await program.untilListening(port);
  const stop = async (): Promise<void> => {
    await program.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `http://localhost:${httpPort}`, tlsUrl: `https://localhost:${tlsPort}`, stop };
}

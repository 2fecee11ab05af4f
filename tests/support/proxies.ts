import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./ports.ts";
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
  if (spawnSync(program, version, { env: environment() }).status === 0) return false;
  return `${program} is not installed (apt-get install ${program})`;
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
  const child = spawn(proxyKinds[name].program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    // Caddy writes into its user's home.
    env: { ...environment(), HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (words += text));
  const ended = once(child, "exit");
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (!isGone()) child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const port of [httpPort, tlsPort]) {
    while (!(await isOpen(port))) {
      if (isGone()) throw new Error(`${name} did not start: ${words}`);
      await pause(10);
    }
  }
  return { url: `http://localhost:${httpPort}`, tlsUrl: `https://localhost:${tlsPort}`, stop };
}

/** Debian has nginx and haproxy where only root looks. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

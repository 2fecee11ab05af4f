import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** HAProxy before several scan ports, each of one seat. */
export interface Balancer {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Why there is no HAProxy here; undefined when there is. */
export function balancerMissing(): string | undefined {
  const { error, status } = spawnSync("haproxy", ["-v"], { stdio: "ignore" });
  if (!error && status === 0) return undefined;
  return "HAProxy is not installed: apt-get install haproxy";
}

/**
 * Starts HAProxy on a free port of the loopback address, and waits until it takes
 * connections.
 *
 * @param scanUrls of servers with one worker each: a range more would wait there, beside an idle server
 */
export async function startBalancer(scanUrls: readonly string[]): Promise<Balancer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-balancer-"));
  const file = join(folder, "haproxy.cfg");
  writeFileSync(file, configuration(port, scanUrls));
  const child = spawn("haproxy", ["-db", "-f", file], { stdio: ["ignore", "ignore", "pipe"] });
  const words: string[] = [];
  child.stderr.on("data", (text) => words.push(String(text)));
  const ended = once(child, "exit");
  // However the caller ends.
  const endWithCaller = (): boolean => child.kill("SIGKILL");
  process.once("exit", endWithCaller);
  void ended.then(() => process.off("exit", endWithCaller));
  try {
    await untilConnected(port, child);
  } catch {
    throw new Error(`HAProxy did not start: ${words.join("").trim()}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    close: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function configuration(port: number, scanUrls: readonly string[]): string {
  const servers = scanUrls.map((url, i) => {
    const { host } = new URL(url);
    return `  server machine${i + 1} ${host} proto h2 maxconn 1 check inter 200ms fall 1 rise 1`;
  });
  return [
    "defaults",
    "  mode http",
    // Else a call whose caller left stays in the balancer's line.
    "  option abortonclose",
    "  option redispatch 1",
    "  retries 2",
    "  timeout connect 1s",
    "  timeout client 1m",
    "  timeout server 1m",
    "  timeout queue 10s",
    "frontend scans",
    `  bind 127.0.0.1:${port} proto h2`,
    "  default_backend machines",
    "backend machines",
    "  balance leastconn",
    ...servers,
    "",
  ].join("\n");
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  holder.close();
  await once(holder, "close");
  return port;
}

async function untilConnected(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error("it has ended");
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await pause(20);
    } finally {
      socket.destroy();
    }
  }
}

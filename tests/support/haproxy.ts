import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { certificateOf, tlsFile } from "./certificates.ts";
import { freePort } from "./ports.ts";
import { type Program, startProgram, withoutProgram } from "./programs.ts";

const shipped = fileURLToPath(new URL("../../deploy/haproxy.cfg", import.meta.url));

/** Why tests of it are skipped, or false where it is installed. */
export const noHaproxy = withoutProgram("haproxy", ["-v"]);

/** HAProxy with the configuration of deploy/, on a port of its own, in front of a test's servers. */
export interface Balancer {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it without a word. */
  kill(): Promise<void>;
}

/**
 * @param workers the hosts and ports of scan ports with one seat each
 * @param overTls whether they want certificates, which are then those of the tests
 */
export async function balancerOf(workers: readonly string[], overTls = false): Promise<Balancer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-haproxy-"));
  const file = join(folder, "haproxy.cfg");
  const text = overTls ? withTls(readFileSync(shipped, "utf8"), folder) : readFileSync(shipped, "utf8");
  writeFileSync(file, configOf(text, port, workers));
  let running: Program | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    start: async () => {
      running = startProgram("haproxy", ["-db", "-f", file]);
      await running.untilListening(port);
    },
    kill: async () => await running?.kill(),
  };
}

/** The shipped configuration, with other addresses and nothing else changed. */
function configOf(text: string, port: number, workers: readonly string[]): string {
  let names = 0;
  return text
    .replace(/^( *bind )\S+/gm, `$1127.0.0.1:${port}`)
    .split("\n")
    .flatMap((line) => {
      const server = /^( *server )(worker\d+) \S+(.*)$/.exec(line);
      if (!server) return [line];
      const address = workers[names++ % workerLines];
      return address ? [`${server[1]}${server[2]} ${address}${server[3]}`] : [];
    })
    .join("\n");
}

/** As its own words say: the lines after "#tls" in place of those below them. */
function withTls(text: string, folder: string): string {
  const { cert, key } = certificateOf("machine");
  writeFileSync(join(folder, "machine.pem"), cert + key);
  return text
    .replace(/^( +)#tls (.*)\n.*$/gm, "$1$2")
    .replaceAll("/etc/hash-finder/machine.pem", join(folder, "machine.pem"))
    .replaceAll("/etc/hash-finder/machines.ca.pem", tlsFile("machines.ca.pem"))
    .replaceAll("verifyhost workers.internal", "verifyhost localhost");
}

// As many as each of its two backends has.
const workerLines = 4;

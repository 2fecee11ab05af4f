import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path of one of the tests' certificates and keys. */
export function tlsFile(name: string): string {
  return fileURLToPath(new URL(`../vectors/tls/${name}`, import.meta.url));
}

/** A certificate with its key: "localhost", "machine" of machines' own authority, a person such as "ann". */
export function certificateOf(name: string): { readonly cert: string; readonly key: string } {
  const read = (part: "cert" | "key"): string => readFileSync(tlsFile(`${name}.${part}.pem`), "utf8");
  return { cert: read("cert"), key: read("key") };
}

/** For localhost, and its own authority. */
export const certificate = certificateOf("localhost");

/** Flags by which a server speaks TLS, by the names of a certificate and of its key. */
export function tlsFlags(name: string, key = name): readonly string[] {
  return ["--tls-cert", tlsFile(`${name}.cert.pem`), "--tls-key", tlsFile(`${key}.key.pem`)];
}

/** Flags by which it has a machine's certificate and knows those of its authority, with other files where a test says so. */
export function machineFlags(
  of: "scan" | "upstream",
  others: { readonly key?: string; readonly ca?: string } = {},
): readonly string[] {
  const files = { cert: "machine.cert.pem", key: "machine.key.pem", ca: "machines.ca.pem", ...others };
  return Object.entries(files).flatMap(([part, file]) => [`--${of}-tls-${part}`, tlsFile(file)]);
}

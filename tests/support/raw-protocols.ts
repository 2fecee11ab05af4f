import { brotliCompressSync, gzipSync } from "node:zlib";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { framed, frameFlags } from "./frames.ts";
import { connectRaw, connectStreamRaw, grpcRaw, grpcWebRaw, type Raw } from "./outside-callers.ts";

/** Where calls go. */
interface Addresses {
  /** Over HTTP/1.1. */
  readonly url: string;
  /** Over HTTP/2 cleartext. */
  readonly grpcUrl: string;
}

/**
 * Every way to send the bytes of one message: over a protocol, to a call. The code is
 * gRPC's in each. The server may come later.
 */
export function waysToSend(
  server: () => Addresses,
  message: Uint8Array,
): readonly (readonly [protocol: string, call: string, send: () => Promise<Raw>])[] {
  const compressions = [
    ["", undefined, message],
    [", gzip", "gzip", gzipSync(message)],
    [", br", "br", brotliCompressSync(message)],
  ] as const;
  return compressions.flatMap(([how, encoding, data]) => {
    const body = framed(data, encoding ? frameFlags.compressed : 0);
    const by = (header: string) => ({ headers: encoding ? { [header]: encoding } : {} });
    const perCall = ["Find", "FindRange"].flatMap((name) => [
      [
        `gRPC-Web${how}`,
        name,
        () => grpcWebRaw(server().url, path(name), body, by("grpc-encoding")),
      ] as const,
      [
        `native gRPC${how}`,
        name,
        () => grpcRaw(server().grpcUrl, path(name), body, by("grpc-encoding")),
      ] as const,
    ]);
    const unary = () =>
      connectRaw(server().url, path("Find"), data, "application/proto", by("content-encoding"));
    const stream = () =>
      connectStreamRaw(server().url, path("FindRange"), body, by("connect-content-encoding"));
    return [
      ...perCall,
      [`Connect${how}`, "Find", async () => withNumber(await unary())] as const,
      [`Connect${how}`, "FindRange", async () => withNumber(await stream())] as const,
    ];
  });
}

function path(name: string): string {
  return `/hash_name.HashFinder/${name}`;
}

function withNumber(told: Raw): Raw {
  return { ...told, code: told.code === "" ? "0" : String(codeFromString(told.code)) };
}

import { globSync } from "node:fs";
import { connect } from "node:http2";
import { pathToFileURL } from "node:url";
import type { DescFile, DescMethod } from "@bufbuild/protobuf";
import { framed } from "../support/frames.ts";
import type { TestServer } from "../support/server.ts";
import { Answer } from "./answer.ts";

/** A method, and where the server has it. */
export interface Served {
  readonly method: DescMethod;
  readonly path: string;
  readonly port: "public" | "scan";
}

const unimplemented = 12;

/**
 * Every method of every service in the generated code, on the port that has it. A
 * new one is fuzzed as soon as it is generated.
 *
 * @throws when a port has it not
 */
export async function servedMethods(server: TestServer): Promise<readonly Served[]> {
  const served: Served[] = [];
  for (const file of globSync("proto/gen/**/*_pb.ts").sort()) {
    const exported: Record<string, unknown> = await import(pathToFileURL(file).href);
    const description = Object.entries(exported).find(([name]) => name.startsWith("file_"))?.[1];
    for (const { typeName, methods } of (description as DescFile).services) {
      for (const method of methods) {
        const path = `/${typeName}/${method.name}`;
        const ports: Served["port"][] = [];
        if (await has(server.grpcUrl, path)) ports.push("public");
        if (await has(server.scanUrl, path)) ports.push("scan");
        if (ports.length === 0) throw new Error(`Cannot fuzz ${path}: no port of the server has it.`);
        for (const port of ports) served.push({ method, path, port });
      }
    }
  }
  return served;
}

/** Whether it is there: what is not has no word on the message. */
async function has(url: string, path: string): Promise<boolean> {
  const session = connect(url);
  try {
    const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
    const stream = session.request(headers);
    stream.end(framed(Buffer.of(0xff)));
    const { code } = await Answer.ofStream(stream, 5000);
    return code !== unimplemented;
  } finally {
    session.destroy();
  }
}

import { parentPort, workerData } from "node:worker_threads";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { endless } from "../support/clients.ts";

/** Whom the thread calls. */
export interface Callee {
  readonly baseUrl: string;
  readonly over: "gRPC-Web" | "gRPC";
}

// The entry of a thread that calls a server in this process and waits; a thread,
// so that what the calls take here is not counted as the server's.
if (!parentPort) throw new Error("waiting-caller.ts runs only as a worker thread");
const { baseUrl, over } = workerData as Callee;

parentPort.on("message", (calls: number) => {
  // A transport of its own: an HTTP/2 connection takes 256 calls, and the next would wait here.
  const transport =
    over === "gRPC"
      ? createGrpcTransport({ baseUrl })
      : createGrpcWebTransport({ baseUrl, httpVersion: "1.1" });
  const finder = createClient(HashFinder, transport);
  for (let i = 0; i < calls; i++) finder.find(endless()).catch(() => {});
});

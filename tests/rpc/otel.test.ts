import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { clientsOver } from "../support/clients.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const flags = ["--port", "0", "--grpc-port", "0", "--workers", "1", "--kernel", "simd-x2"];

test("deploy/otel.ts, loaded beside the server, traces its searches to standard output", async () => {
  const child = spawn(process.execPath, ["--import", "./deploy/otel.ts", "server/main.ts", ...flags], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  let isAsked = false;
  let said = "";
  for await (const line of createInterface(child.stdout)) {
    said += `${line}\n`;
    const baseUrl = /^Hash Finder\s+(\S+)$/.exec(line)?.[1];
    if (baseUrl && !isAsked) {
      isAsked = true;
      const { finder } = clientsOver(createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }));
      const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
      void finder.find({ desiredName: "wor", idealHammingDistance: 1 }, { headers }).catch(() => {});
    }
    if (line.includes("'hash_finder.cause': 'found'")) child.kill();
  }
  assert.deepEqual(await ended, [0, null]);
  assert.ok(said.includes(`traceId: '${traceId}'`), said);
  assert.ok(said.includes("name: 'hash_name.HashFinder/Find'"), said);
});

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { workersIdleAt } from "../workers-idle-at.ts";
import { endlessBody, grpcWeb, paths, reportBody } from "./requests.ts";
import type { SmallCaller } from "./small-calls.ts";

/**
 * Starts searches and aborts them: milliseconds from each abort to idle workers.
 * Its clock and that of the server's report are the same machine's.
 */
export async function stops({ port, from, signal }: SmallCaller): Promise<number[]> {
  const headers = { "content-type": grpcWeb };
  const options = { host: "127.0.0.1", port, localAddress: from, method: "POST", headers, agent: false };
  const values: number[] = [];
  while (!signal.aborted) {
    const searchId = randomUUID();
    const search = request({ ...options, path: paths.find }).on("error", () => {});
    search.end(endlessBody(searchId));
    await once(search, "finish");
    await pause(20 + Math.random() * 60);
    const abortedAt = performance.timeOrigin + performance.now();
    search.destroy();
    const report = request({ ...options, path: paths.report });
    report.end(reportBody(searchId));
    const [response] = await once(report, "response");
    const parts: Buffer[] = await response.toArray();
    values.push(workersIdleAt(Buffer.concat(parts)) - abortedAt);
  }
  return values;
}

import { Agent, type RequestOptions, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { envelope } from "../../support/raw-calls.ts";
import { grpcWeb, paths } from "./requests.ts";

const everyMs = 20;

/** One who makes small calls on a connection that is kept. */
export interface SmallCaller {
  readonly port: number;
  readonly from: string;
  readonly signal: AbortSignal;
}

/** Milliseconds that each request for a small file took. */
export async function smallFiles(caller: SmallCaller): Promise<number[]> {
  return await regularly(caller, { path: "/favicon.svg" }, "", (text) => text.includes("<svg"));
}

/** Milliseconds that each search took that is over as soon as a worker looks at it. */
export async function shortSearches(caller: SmallCaller): Promise<number[]> {
  const options = { method: "POST", path: paths.find, headers: { "content-type": grpcWeb } };
  const body = envelope({ desiredName: "aa" });
  return await regularly(caller, options, body, (text) => text.includes("grpc-status: 0"));
}

/**
 * A call every 20 ms, one at a time. Calls that were due while another was under
 * way count as having waited for its end, so that one long wait is not one
 * value among thousands of good ones.
 */
async function regularly(
  { port, from, signal }: SmallCaller,
  options: RequestOptions,
  body: string | Uint8Array,
  isRight: (text: string) => boolean,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const whole = { host: "127.0.0.1", port, localAddress: from, agent, ...options };
  const values: number[] = [];
  while (!signal.aborted) {
    const startedAt = performance.now();
    const text = await answer(whole, body);
    const tookMs = performance.now() - startedAt;
    if (!isRight(text)) throw new Error(`the server answered ${options.path} with ${text.slice(0, 200)}`);
    for (let waitedMs = tookMs; waitedMs > 0; waitedMs -= everyMs) values.push(waitedMs);
    await pause(everyMs - (tookMs % everyMs));
  }
  agent.destroy();
  return values;
}

async function answer(options: RequestOptions, body: string | Uint8Array): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const call = request(options, (response) => {
    let text = "";
    response.setEncoding("latin1").on("data", (part: string) => {
      text += part;
    });
    response.once("end", () => resolve(text)).once("error", reject);
  });
  call.once("error", reject).end(body);
  return await promise;
}

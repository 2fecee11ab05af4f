import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Random } from "../../support/random.ts";
import type { Crowd, LoadOrder, LoadReport } from "./load.ts";
import { MessageCounter } from "./message-counter.ts";
import { actAtRandom } from "./random-client.ts";
import { type Pace, RawCall } from "./raw-call.ts";
import { denseBody, paths, post } from "./requests.ts";
import { resetBurst } from "./reset-burst.ts";

// The entry of the thread.
if (!parentPort) throw new Error("load-thread.ts runs only as a worker thread");
const { port, crowd, seed } = workerData as LoadOrder;
const order = post(paths.findRange, denseBody);
const betweenBurstsMs = 200;

const controller = new AbortController();
const { signal } = controller;
const counter = new MessageCounter();
const messagesPerSecond: number[] = [];
const open = new Set<RawCall>();
let calls = 0;
let closedBytes = 0;

const crowds = {
  nobody: () => [],
  "1 fast reader": () => [countMessages(), keepReading("fast", counter)],
  "12 fast readers": () => twelve("fast"),
  "12 slow readers": () => twelve("slow"),
  "12 stalled readers": () => twelve("stalled"),
  "readers that are reset": () => [resetAgainAndAgain()],
  "30 random clients": () => Array.from({ length: 30 }, (_, index) => randomClient(index)),
} satisfies Record<Crowd, () => Promise<void>[]>;

const running = Promise.all(crowds[crowd]());
await Promise.all([...open].map((call) => call.flowing));
parentPort.postMessage("started");
await once(parentPort, "message");
controller.abort();
for (const call of open) call.reset();
await running;
await Promise.all([...open].map((call) => call.closed));
parentPort.postMessage({ calls, megabytes: closedBytes / 1e6, messagesPerSecond } satisfies LoadReport);

function twelve(pace: Pace): Promise<void>[] {
  return Array.from({ length: 12 }, () => keepReading(pace));
}

/** Reads a stream, and the next one when it has ended. */
async function keepReading(pace: Pace, counted?: MessageCounter): Promise<void> {
  while (!signal.aborted) {
    counted?.nextAnswer();
    const onBytes = counted && ((bytes: Uint8Array) => counted.add(bytes));
    const call = new RawCall({ port, from: "127.0.1.1", request: order, pace, ...(onBytes && { onBytes }) });
    await noted(call).closed;
    if (call.bytes < 4096 && !signal.aborted) throw new Error("the server refused a reader");
  }
}

async function resetAgainAndAgain(): Promise<void> {
  const read = () => noted(new RawCall({ port, from: "127.0.1.1", request: order }));
  while (!signal.aborted) {
    await resetBurst(read, signal).catch(() => {});
    await pause(betweenBurstsMs, undefined, { signal }).catch(() => {});
  }
}

async function randomClient(index: number): Promise<void> {
  const random = new Random(seed, index);
  await actAtRandom({ port, from: `127.0.1.${index + 1}`, random, signal, onCall: noted });
}

async function countMessages(): Promise<void> {
  let [messages, at] = [counter.messages, performance.now()];
  while (!signal.aborted) {
    await pause(1000, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const now = performance.now();
    messagesPerSecond.push(((counter.messages - messages) / (now - at)) * 1000);
    [messages, at] = [counter.messages, now];
  }
}

function noted(call: RawCall): RawCall {
  calls++;
  open.add(call);
  void call.closed.then(() => {
    open.delete(call);
    closedBytes += call.bytes;
  });
  return call;
}

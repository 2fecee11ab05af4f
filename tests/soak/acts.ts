import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { RawCall } from "../bench/neighbours/raw-call.ts";
import { denseBody, endlessBody, paths, post } from "../bench/neighbours/requests.ts";
import { resetBurst } from "../bench/neighbours/reset-burst.ts";
import { GrpcJsClient } from "../support/grpc-js.ts";
import { flood, stalls } from "../support/raw-calls.ts";
import { type Caller, connected, reportAfter } from "./caller.ts";

/** One thing that a caller does, by its name in the table. */
export type Act = (caller: Caller) => Promise<void>;

// Of clients that choose none: a report is for the address that asked.
const usualAddress = "127.0.0.1";

const names = ["aa", "go", "abc", "grpc", "zz"];

const search: Act = async (caller) => {
  const { random, journal, web, signal } = caller;
  const { clients, protocol } = connected(caller, web.now);
  const desiredName = random.pick(names);
  const { secret, hashedName } = await clients.finder.find({ desiredName }, { signal });
  const hash = createHash("sha1").update(Buffer.from(secret, "base64")).digest("base64");
  if (hash !== hashedName || !hash.toLowerCase().includes(desiredName)) {
    journal.fail(`${desiredName} over ${protocol}: ${secret} is no match, its hash is ${hash}`);
  }
};

const stop: Act = async (caller) => {
  const { random, web } = caller;
  const { clients } = connected(caller, web.now);
  const searchId = randomUUID();
  const request = { desiredName: "zzzzzzzzzzzz", searchId };
  const stopped = AbortSignal.timeout(random.int(5, 500));
  const call = random.pick(["find", "findRange"] as const);
  try {
    if (call === "find") await clients.finder.find(request, { signal: stopped });
    else for await (const _ of clients.finder.findRange(request, { signal: stopped }));
  } catch (error) {
    if (ConnectError.from(error).code !== Code.Canceled) throw error;
  } finally {
    await reportAfter(caller, searchId);
  }
};

const vanish: Act = async (caller) => {
  const { random, from, web } = caller;
  const searchId = randomUUID();
  const port = Number(new URL(web.now.url).port);
  const request = post(random.pick([paths.find, paths.findRange]), endlessBody(searchId));
  const call = new RawCall({ port, from, request });
  await pause(random.int(0, 200));
  if (random.chance(0.5)) call.hangUp();
  else call.reset();
  await reportAfter(caller, searchId);
};

const freeze: Act = async (caller) => {
  const { random, web, signal } = caller;
  const searchId = randomUUID();
  const [, stall] = random.pick(stalls);
  const reader = stall(web.now, searchId);
  // Some stay until the server ends them, after 15 s.
  const ms = random.chance(0.1) ? 17_000 : random.int(100, 3000);
  await pause(ms, undefined, { signal }).catch(() => {});
  reader.cut();
  await reportAfter({ ...caller, from: usualAddress }, searchId);
};

const readDensely: Act = async (caller) => {
  const { random, from, web, signal } = caller;
  const searchId = randomUUID();
  const port = Number(new URL(web.now.url).port);
  const pace = random.pick(["fast", "slow"] as const);
  const call = new RawCall({ port, from, request: post(paths.findRange, flood(searchId)), pace });
  await pause(random.int(300, 2000), undefined, { signal }).catch(() => {});
  call.hangUp();
  await reportAfter(caller, searchId);
};

const resetRapidly: Act = async ({ from, web, signal }) => {
  const port = Number(new URL(web.now.url).port);
  const read = () => new RawCall({ port, from, request: post(paths.findRange, denseBody) });
  await resetBurst(read, signal).catch(() => {});
};

const toggleStreams: Act = async (caller) => {
  const { random, journal, web, signal } = caller;
  const { clients } = connected(caller, web.now);
  const key = `key ${random.int(0, 4)}`;
  for (let times = 0; times < 3 && !signal.aborted; times++) {
    const off = AbortSignal.any([signal, AbortSignal.timeout(random.int(0, 2500))]);
    let progress = "";
    try {
      for await (const { message } of clients.streams.stream({ key }, { signal: off })) {
        progress += "+";
        if (message !== `key: ${key}, progress: ${progress}`) journal.fail(`a stream said "${message}"`);
      }
    } catch (error) {
      if (!off.aborted) throw error;
    }
  }
};

const watch: Act = async (caller) => {
  const { random, web, signal, journal } = caller;
  const { clients } = connected(caller, web.now);
  const left = AbortSignal.any([signal, AbortSignal.timeout(random.int(500, 4000))]);
  try {
    for await (const { workersBusy, workers } of clients.activity.watchActivity({}, { signal: left })) {
      if (workersBusy > workers) journal.fail(`${workersBusy} of ${workers} workers are busy`);
    }
  } catch (error) {
    if (!left.aborted) throw error;
  }
};

const searchFromOutside: Act = async (caller) => {
  const { random, web, signal } = caller;
  const client = new GrpcJsClient(web.now.grpcUrl);
  const searchId = randomUUID();
  try {
    const call = client.findRange({ desiredName: "foo", interestingHammingDistance: 1, searchId });
    call.on("error", () => {}).on("data", () => {});
    await pause(random.int(50, 1000), undefined, { signal }).catch(() => {});
    call.cancel();
    await reportAfter({ ...caller, from: usualAddress }, searchId);
  } finally {
    client.close();
  }
};

/** What callers do besides continuing searches. Those that stand twice are done twice as often. */
export const acts: readonly (readonly [name: string, act: Act])[] = [
  ["search", search],
  ["stop", stop],
  ["stop", stop],
  ["vanish", vanish],
  ["freeze", freeze],
  ["read a flood", readDensely],
  ["reset rapidly", resetRapidly],
  ["toggle keyed streams", toggleStreams],
  ["watch the activity", watch],
  ["search with grpc-js", searchFromOutside],
];

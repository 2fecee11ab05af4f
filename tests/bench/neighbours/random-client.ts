import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { envelope } from "../../support/raw-calls.ts";
import { RawCall, type RawCallOptions } from "./raw-call.ts";
import { activityBody, denseBody, endlessBody, paths, post, reportBody } from "./requests.ts";
import { resetBurst } from "./reset-burst.ts";

export interface RandomClient {
  readonly port: number;
  readonly from: string;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Hears of every call that it makes. */
  readonly onCall: (call: RawCall) => void;
}

type Call = (request: Uint8Array, options?: Pick<RawCallOptions, "pace">) => RawCall;
type Act = (call: Call, client: RandomClient) => Promise<void>;

const names = ["aa", "go", "abc", "grpc"];
const patienceMs = 3000;

/** Does one thing after the other, chosen at random, until its signal. */
export async function actAtRandom(client: RandomClient): Promise<void> {
  const { port, from, random, signal, onCall } = client;
  const call: Call = (request, options) => {
    const made = new RawCall({ port, from, request, ...options });
    onCall(made);
    return made;
  };
  while (!signal.aborted) await oneOf(acts, random)(call, client).catch(ignoreAborted);
}

const search: Act = async (call, { random, signal }) => {
  const find = call(post(paths.find, envelope({ desiredName: oneOf(names, random) })));
  await Promise.race([find.closed, pause(patienceMs, undefined, { signal })]);
  find.reset();
};

const stop: Act = async (call, { random, signal }) => {
  const searchId = randomUUID();
  const find = call(post(paths.find, endlessBody(searchId)));
  await pause(between(10, 500, random), undefined, { signal });
  find.hangUp();
  const report = call(post(paths.report, reportBody(searchId)));
  await Promise.race([report.closed, pause(patienceMs, undefined, { signal })]);
  report.hangUp();
};

const vanish: Act = async (call, { random, signal }) => {
  const range = call(post(paths.findRange, random() < 0.5 ? denseBody : endlessBody(randomUUID())));
  await pause(between(0, 200, random), undefined, { signal });
  range.reset();
};

const readDensely: Act = async (call, { random, signal }) => {
  const range = call(post(paths.findRange, denseBody));
  await pause(between(500, 3000, random), undefined, { signal });
  range.hangUp();
};

const readSlowly: Act = async (call, { random, signal }) => {
  const range = call(post(paths.findRange, denseBody), { pace: "slow" });
  await pause(between(1000, 5000, random), undefined, { signal });
  range.reset();
};

const watch: Act = async (call, { random, signal }) => {
  const ids = Array.from({ length: Math.floor(random() * 65) }, () => randomUUID());
  const activity = call(post(paths.activity, activityBody(ids)));
  await pause(between(1000, 5000, random), undefined, { signal });
  activity.hangUp();
};

const sendGarbage: Act = async (call, { random, signal }) => {
  const noise = Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256)));
  const sent = call(
    oneOf(
      [
        noise,
        post(paths.find, noise),
        post(paths.findRange, noise, "application/json"),
        post("/no.such.Service/Method", denseBody),
        post(paths.report, reportBody("no search")),
        // The rest never comes.
        post(paths.find, denseBody).subarray(0, 100),
        Buffer.from(`GET / HTTP/1.1\r\nhost: localhost\r\nx-long: ${"x".repeat(70_000)}\r\n\r\n`),
      ],
      random,
    ),
  );
  await Promise.race([sent.closed, pause(between(200, 1000, random), undefined, { signal })]);
  sent.reset();
};

const resets: Act = async (call, { signal }) =>
  await resetBurst(() => call(post(paths.findRange, denseBody)), signal);

// Those that stand more than once are done as much more often.
const acts = [
  ...[search, search, stop, stop, vanish, readDensely, readSlowly, watch],
  ...[search, stop, vanish, readDensely, readSlowly, watch, sendGarbage, resets],
];

function oneOf<T>(choices: readonly T[], random: () => number): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  if (chosen === undefined) throw new Error("cannot choose from nothing");
  return chosen;
}

function between(least: number, most: number, random: () => number): number {
  return least + random() * (most - least);
}

function ignoreAborted(error: unknown): void {
  if ((error as Error).name !== "AbortError") throw error;
}

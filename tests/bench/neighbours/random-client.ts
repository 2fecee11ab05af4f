import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../support/random.ts";
import { envelope } from "../../support/raw-calls.ts";
import { RawCall, type RawCallOptions } from "./raw-call.ts";
import { activityBody, denseBody, endlessBody, paths, post, reportBody } from "./requests.ts";
import { resetBurst } from "./reset-burst.ts";

export interface RandomClient {
  readonly port: number;
  readonly from: string;
  readonly random: Random;
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
  while (!signal.aborted) await random.pick(acts)(call, client).catch(ignoreAborted);
}

const search: Act = async (call, { random, signal }) => {
  const find = call(post(paths.find, envelope({ desiredName: random.pick(names) })));
  await Promise.race([find.closed, pause(patienceMs, undefined, { signal })]);
  find.reset();
};

const stop: Act = async (call, { random, signal }) => {
  const searchId = randomUUID();
  const find = call(post(paths.find, endlessBody(searchId)));
  await pause(random.int(10, 500), undefined, { signal });
  find.hangUp();
  const report = call(post(paths.report, reportBody(searchId)));
  await Promise.race([report.closed, pause(patienceMs, undefined, { signal })]);
  report.hangUp();
};

const vanish: Act = async (call, { random, signal }) => {
  const range = call(post(paths.findRange, random.chance(0.5) ? denseBody : endlessBody(randomUUID())));
  await pause(random.int(0, 200), undefined, { signal });
  range.reset();
};

const readDensely: Act = async (call, { random, signal }) => {
  const range = call(post(paths.findRange, denseBody));
  await pause(random.int(500, 3000), undefined, { signal });
  range.hangUp();
};

const readSlowly: Act = async (call, { random, signal }) => {
  const range = call(post(paths.findRange, denseBody), { pace: "slow" });
  await pause(random.int(1000, 5000), undefined, { signal });
  range.reset();
};

const watch: Act = async (call, { random, signal }) => {
  const ids = Array.from({ length: random.int(0, 64) }, () => randomUUID());
  const activity = call(post(paths.activity, activityBody(ids)));
  await pause(random.int(1000, 5000), undefined, { signal });
  activity.hangUp();
};

const sendGarbage: Act = async (call, { random, signal }) => {
  const noise = random.bytes(200);
  const sent = call(
    random.pick([
      noise,
      post(paths.find, noise),
      post(paths.findRange, noise, "application/json"),
      post("/no.such.Service/Method", denseBody),
      post(paths.report, reportBody("no search")),
      // The rest never comes.
      post(paths.find, denseBody).subarray(0, 100),
      Buffer.from(`GET / HTTP/1.1\r\nhost: localhost\r\nx-long: ${"x".repeat(70_000)}\r\n\r\n`),
    ]),
  );
  await Promise.race([sent.closed, pause(random.int(200, 1000), undefined, { signal })]);
  sent.reset();
};

const resets: Act = async (call, { signal }) =>
  await resetBurst(() => call(post(paths.findRange, denseBody)), signal);

// Those that stand more than once are done as much more often.
const acts = [
  ...[search, search, stop, stop, vanish, readDensely, readSlowly, watch],
  ...[search, stop, vanish, readDensely, readSlowly, watch, sendGarbage, resets],
];

function ignoreAborted(error: unknown): void {
  if ((error as Error).name !== "AbortError") throw error;
}

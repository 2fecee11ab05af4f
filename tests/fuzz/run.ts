import assert from "node:assert/strict";
import { connect } from "node:http2";
import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { LabService } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { untilActivity } from "../support/activity.ts";
import { withHeaders } from "../support/callers.ts";
import { webClients } from "../support/clients.ts";
import { Counts } from "../support/counts.ts";
import { type LabClient, watch } from "../support/lab.ts";
import { complaintsOf, type TestServer } from "../support/server.ts";
import { type Case, caseOf } from "./case.ts";
import { servedMethods } from "./methods.ts";
import { sendNoise } from "./noise.ts";
import type { Options } from "./options.ts";
import { send } from "./send.ts";

/** What is wrong, in words, with the cases that may have done it. */
export interface Failure {
  readonly cases: readonly number[];
  readonly words: string;
}

/** What was tried. */
export interface Fuzzed {
  readonly failures: readonly Failure[];
  /** How often each method was asked over each protocol, and each answer given. */
  readonly asked: Counts;
  readonly answered: Counts;
}

// With these the rest would say the same.
const mostFailures = 25;

/** Sends all cases to the server, and looks at it afterwards. */
export async function fuzz(server: TestServer, { cases, seed, only, atATime }: Options): Promise<Fuzzed> {
  const methods = await servedMethods(server);
  const failures: Failure[] = [];
  const [asked, answered] = [new Counts(), new Counts()];
  const underWay = new Set<number>();
  let complaints = 0;
  let hasEnded = false;
  void server.ended().then(() => {
    hasEnded = true;
  });

  const look = (): void => {
    const lines = complaintsOf(server);
    if (lines.length > complaints) {
      failures.push({
        cases: [...underWay],
        words: `the server complains: ${lines.slice(complaints).join("\n")}`,
      });
      complaints = lines.length;
    }
  };

  const trial = async (index: number): Promise<void> => {
    const one = caseOf(seed, index, methods);
    underWay.add(index);
    const said = await answerTo(one, server).catch((error: unknown) => `fails here: ${String(error)}`);
    if (said !== undefined && !one.answers.has(said)) {
      const allowed = [...one.answers].join(", ");
      failures.push({ cases: [index], words: `${one.about}: answered ${said}, allowed are ${allowed}` });
    }
    if (hasEnded) failures.push({ cases: [...underWay], words: "the server's process has ended" });
    look();
    underWay.delete(index);
    asked.add(one.noise ? "noise" : `${one.protocol} ${one.path.split("?")[0]}`);
    if (said !== undefined) answered.add(said);
  };

  if (only === undefined) {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < cases && failures.length < mostFailures && !hasEnded) await trial(next++);
    };
    await Promise.all(Array.from({ length: atATime }, lane));
  } else {
    await trial(only);
  }
  if (!hasEnded) {
    for (const words of await whatIsLeft(server)) failures.push({ cases: [], words });
  }
  look();
  return { failures, asked, answered };
}

/** How it was answered; undefined where nobody waited for that. */
async function answerTo(one: Case, server: TestServer): Promise<string | undefined> {
  if (one.noise) {
    await sendNoise(one.protocol === "gRPC" ? server.grpcUrl : server.url, one.noise);
    return undefined;
  }
  const rehearsal = one.rehearsalId && (await watch(labFor(server, one.client), one.rehearsalId));
  try {
    const answer = await send(one, server);
    answer?.check(one.served.method.output);
    return answer?.said;
  } finally {
    if (rehearsal) rehearsal.leave();
  }
}

function labFor({ url }: TestServer, client: string): LabClient {
  const interceptors = [withHeaders({ "x-forwarded-for": client })];
  const transport = createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1", interceptors });
  return createClient(LabService, transport);
}

/** What the server still has when all callers have gone, and what it cannot do any more. */
async function whatIsLeft(server: TestServer): Promise<readonly string[]> {
  const wrong: string[] = [];
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    await action().catch((error: unknown) => wrong.push(`afterwards: ${String(error)}`));
  };
  await attempt(async () => {
    await untilActivity(
      server.url,
      ({ searches, searchesWaiting, streams, workersBusy }) =>
        searches + searchesWaiting + streams + workersBusy === 0,
    );
  });
  await attempt(async () => {
    assert.equal((await webClients(server).finder.find({ desiredName: "cat" })).secret, "BO8=");
  });
  await attempt(async () => {
    const session = connect(server.grpcUrl);
    await new Promise((resolve, reject) => session.once("connect", resolve).once("error", reject));
    session.close();
  });
  server.signal();
  const limit = setTimeout(() => server.signal("SIGKILL"), 10_000);
  const how = await server.ended();
  clearTimeout(limit);
  if (how !== 0) wrong.push(`afterwards: the process does not end by itself with exit code 0: ${how}`);
  return wrong;
}

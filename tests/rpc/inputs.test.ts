import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { type CallOptions, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { BadRequestSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { ActivityService } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import {
  Labour,
  LabService,
  Manners,
  type Scenario,
  ScenarioSchema,
} from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { SearchReportService } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { Message } from "../../proto/gen/message_pb.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { inputs, keys } from "../support/vectors.ts";

/** A call's outcome as its caller sees it: the code's name, and the fields of its BadRequest. */
interface Outcome {
  readonly code: string;
  readonly fields: readonly string[];
}

/** A request, how it is sent, and what must be answered over every protocol. */
interface Row {
  readonly about: string;
  readonly call: (transport: Transport) => Promise<unknown>;
  /** The fields of its BadRequest; none: it is accepted. */
  readonly fields: readonly string[];
  /** What else than OK says that a request was accepted. */
  readonly accepted?: readonly string[];
}

let server: TestServer;
before(async () => {
  server = await startServer({ args: ["--maximum-hashes", "1"] });
});
after(async () => {
  await server.stop();
  assert.equal(await server.ended(), 0);
});

const protocols: Readonly<Record<string, () => Transport>> = {
  "gRPC-Web": () => createGrpcWebTransport({ baseUrl: server.url, httpVersion: "1.1" }),
  Connect: () => createConnectTransport({ baseUrl: server.url, httpVersion: "1.1", useBinaryFormat: true }),
  "Connect with JSON": () =>
    createConnectTransport({ baseUrl: server.url, httpVersion: "1.1", useBinaryFormat: false }),
  gRPC: () => createGrpcTransport({ baseUrl: server.grpcUrl, idleConnectionTimeoutMs: 100 }),
};

const id = "123e4567-e89b-42d3-a456-426614174000";
const work = {
  rehearsalId: id,
  call: "call",
  manners: Manners.CHECKS,
  labour: Labour.SLEEPS,
  time: { seconds: 10n },
};
const count = {
  rehearsalId: id,
  call: "call",
  manners: Manners.CHECKS,
  interval: { seconds: 1n },
  messageBytes: 65_536,
  messages: 100_000,
};

const firstUnknownScenario = 1 + Math.max(...ScenarioSchema.values.map(({ number }) => number));

// No rehearsal is open: that is said of requests which are right.
const asked = ["FailedPrecondition"];

const rows: readonly Row[] = [
  ...inputs.flatMap(({ about, input, broken }) =>
    (["find", "findRange"] as const).map((method) => ({
      about: `${method}: ${about}`,
      call: async (transport: Transport) => {
        const finder = createClient(HashFinder, transport);
        // Each is a search of its own where the table names no id.
        const request = { ...input, searchId: input.searchId === id ? randomUUID() : input.searchId };
        if (method === "find") await finder.find(request);
        else for await (const _ of finder.findRange(request));
      },
      fields: broken.map(([field]) => field),
      accepted: ["ResourceExhausted", "OutOfRange", "AlreadyExists"],
    })),
  ),
  ...keys.map(({ about, key, broken }) => ({
    about: `stream: ${about}`,
    call: (transport: Transport) =>
      first((options) => createClient(Message, transport).stream({ key }, options)),
    fields: broken ? ["key"] : [],
  })),
  ...(
    [
      ["an id that is none", { searchId: "x" }, ["search_id"]],
      ["no id", {}, ["search_id"]],
      ["a reason of 200 characters", { searchId: id, reason: "r".repeat(200) }, []],
      ["a reason of 201 characters", { searchId: id, reason: "r".repeat(201) }, ["reason"]],
    ] as const
  ).map(([about, request, fields]) => ({
    about: `getSearchReport: ${about}`,
    call: (transport: Transport) => createClient(SearchReportService, transport).getSearchReport(request),
    fields,
    accepted: ["NotFound"],
  })),
  ...(
    [
      ["no searches", [], []],
      ["64 searches", Array.from({ length: 64 }, () => id), []],
      ["65 searches", Array.from({ length: 65 }, () => id), ["search_ids"]],
      ["an id that is none", ["x"], ["search_ids"]],
    ] as const
  ).map(([about, searchIds, fields]) => ({
    about: `watchActivity: ${about}`,
    call: (transport: Transport) =>
      first((options) =>
        createClient(ActivityService, transport).watchActivity({ searchIds: [...searchIds] }, options),
      ),
    fields,
  })),
  ...(
    [
      ["10 s", work, []],
      ["more than 10 s", { ...work, time: { seconds: 10n, nanos: 1 } }, ["time"]],
      ["less than no time", { ...work, time: { seconds: -1n } }, ["time"]],
      ["a name of 32 characters", { ...work, call: "c".repeat(32) }, []],
      ["a name of 33 characters", { ...work, call: "c".repeat(33) }, ["call"]],
      ["no name", { ...work, call: "" }, ["call"]],
      ["two servers behind", { ...work, serversBehind: 2 }, []],
      ["three servers behind", { ...work, serversBehind: 3 }, ["servers_behind"]],
      ["manners that are none", { ...work, manners: 3 as Manners }, ["manners"]],
      ["nothing of it", {}, ["rehearsal_id", "call", "manners", "labour"]],
    ] as const
  ).map(([about, request, fields]) => ({
    about: `work: ${about}`,
    call: (transport: Transport) => createClient(LabService, transport).work(request),
    fields,
    accepted: asked,
  })),
  ...(
    [
      ["as much as may be", count, []],
      ["one message more", { ...count, messages: 100_001 }, ["messages"]],
      ["one byte more", { ...count, messageBytes: 65_537 }, ["message_bytes"]],
      ["a longer interval", { ...count, interval: { seconds: 1n, nanos: 1 } }, ["interval"]],
    ] as const
  ).map(([about, request, fields]) => ({
    about: `count: ${about}`,
    call: (transport: Transport) =>
      first((options) => createClient(LabService, transport).count(request, options)),
    fields,
    accepted: asked,
  })),
  ...[0, firstUnknownScenario].map((scenario) => ({
    about: `rehearse: scenario ${scenario}`,
    call: (transport: Transport) =>
      first((options) =>
        createClient(LabService, transport).rehearse(
          { rehearsalId: id, scenario: scenario as Scenario },
          options,
        ),
      ),
    fields: ["scenario"],
  })),
];

for (const [protocol, transportOf] of Object.entries(protocols)) {
  describe(`over ${protocol}`, () => {
    for (const { about, call, fields, accepted = [] } of rows) {
      test(`${fields.length === 0 ? "accepted" : `refused for ${fields.join(", ")}`}: ${about}`, async () => {
        const outcome = await outcomeOf(call(transportOf()));
        if (fields.length > 0) assert.deepEqual(outcome, { code: "InvalidArgument", fields });
        else assert.ok(["OK", ...accepted].includes(outcome.code), outcome.code);
      });
    }
  });
}

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return { code: "OK", fields: [] };
  } catch (error) {
    const known = ConnectError.from(error);
    const fields = known
      .findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
    return { code: Code[known.code], fields };
  }
}

/** Reads the first message, and cancels. */
async function first(call: (options: CallOptions) => AsyncIterable<unknown>): Promise<void> {
  const leaving = new AbortController();
  try {
    for await (const _ of call({ signal: leaving.signal })) return;
  } finally {
    leaving.abort();
  }
}

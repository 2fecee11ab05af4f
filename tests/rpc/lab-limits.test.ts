import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { BadRequestSchema, RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import {
  EventKind as Kind,
  Labour,
  LabService,
  Manners,
  Scenario,
} from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { withHeaders } from "../support/callers.ts";
import { framed } from "../support/frames.ts";
import { type LabClient, nativeLab, rehearse, type Watched, watch, webLab } from "../support/lab.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { until } from "../support/until.ts";

const { CHECKS, IGNORES } = Manners;
const { SLEEPS, COMPUTES } = Labour;

const path = `/${LabService.typeName}/WatchRehearsal`;

function watchBody(rehearsalId: string): Buffer {
  const { input } = LabService.method.watchRehearsal;
  return framed(toBinary(input, create(input, { rehearsalId })));
}

/** Watches on a connection of its own, and waits until its rehearsal is open. */
const watchers = [
  [
    "HTTP/1.1",
    async ({ url }: TestServer, rehearsalId: string): Promise<Socket> => {
      const body = watchBody(rehearsalId);
      const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port) });
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
      await once(socket, "data");
      return socket;
    },
  ],
  [
    "HTTP/2",
    async ({ grpcUrl }: TestServer, rehearsalId: string): Promise<Socket> => {
      const socket = connect({ host: "127.0.0.1", port: Number(new URL(grpcUrl).port) });
      const session = connectHttp2(grpcUrl, { createConnection: () => socket });
      session.on("error", () => {});
      const stream = session.request({ ...grpcHeaders });
      stream.on("error", () => {});
      stream.end(watchBody(rehearsalId));
      await once(stream, "data");
      return socket;
    },
  ],
] as const;

const grpcHeaders = {
  ":method": "POST",
  ":path": path,
  "content-type": "application/grpc",
  te: "trailers",
};

describe("the lab's limits", () => {
  let server: TestServer;
  let lab: LabClient;
  before(async () => {
    server = await startServer();
    lab = webLab(server);
  });
  after(async () => await stopCleanly(server));

  test("every field that is out of its bounds is named", async () => {
    const watched = await watch(lab);
    const { rehearsalId } = watched;
    const tooLong = { seconds: 10n, nanos: 1 };
    for (const [call, fields] of [
      [
        () => lab.work({ rehearsalId: "x", time: tooLong, serversBehind: 3 }),
        ["rehearsal_id", "call", "time", "manners", "labour", "servers_behind"],
      ],
      [
        () => read(lab.count({ rehearsalId, interval: tooLong, messageBytes: 65_537, messages: 100_001 })),
        ["call", "interval", "message_bytes", "messages", "manners"],
      ],
      [() => read(lab.watchRehearsal({ rehearsalId: "" })), ["rehearsal_id"]],
      [
        () => read(lab.rehearse({ rehearsalId: "x", scenario: 10 as Scenario })),
        ["rehearsal_id", "scenario"],
      ],
    ] as const) {
      const error = await errorOf(call());
      assert.equal(error.code, Code.InvalidArgument);
      const [broken] = error.findDetails(BadRequestSchema);
      assert.deepEqual(
        broken?.fieldViolations.map(({ field }) => field),
        fields,
      );
      assert.match(error.rawMessage, /\.$/);
    }
    watched.leave();
    await watched.ended;
  });

  test("a call of a rehearsal that is not open is told what to do", async () => {
    const request = { rehearsalId: randomUUID(), call: "a", manners: CHECKS, labour: SLEEPS };
    for (const error of await errorsOf(lab.work(request), read(lab.count(request)))) {
      assert.equal(error.code, Code.FailedPrecondition);
      assert.match(error.rawMessage, /Open it with WatchRehearsal/);
    }
  });

  test("an id is open once, in either case", async () => {
    const watched = await watch(lab);
    const again = await errorOf(watch(lab, watched.rehearsalId.toUpperCase()));
    assert.equal(again.code, Code.AlreadyExists);
    await lab.work({
      rehearsalId: watched.rehearsalId.toUpperCase(),
      call: "a",
      manners: CHECKS,
      labour: SLEEPS,
    });
    watched.leave();
    await watched.ended;
  });

  test("a client has four rehearsals open, and one more when one of them has ended", async () => {
    const open: Watched[] = [];
    for (let i = 0; i < 4; i++) open.push(await watch(lab));
    const played = rehearse(lab, { scenario: Scenario.WAIT_FOR_READY }).ended.then(thrown);
    for (const error of await errorsOf(watch(lab), played)) {
      assert.equal(error.code, Code.ResourceExhausted);
      assert.equal(
        error.rawMessage,
        "You have 4 rehearsals open, as many as one client may. Stop one, or try again later.",
      );
      const [refusal] = error.findDetails(RefusalSchema);
      assert.partialDeepStrictEqual(refusal, {
        scope: LimitScope.CLIENT,
        calls: LimitedCalls.REHEARSALS,
        limit: 4,
      });
      const seconds = Number(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds);
      assert.ok(seconds >= 1 && seconds <= 60, `try again after ${seconds} s`);
    }
    const ended = server.logged({ msg: "rehearsal ended" }).length;
    open[0]?.leave();
    await server.untilLogged({ msg: "rehearsal ended" }, ended + 1);
    open.push(await watch(lab));
    for (const { leave } of open) leave();
    await server.untilLogged({ msg: "rehearsal ended" }, ended + 5);
  });

  test("a rehearsal has sixteen calls", async () => {
    const watched = await watch(lab);
    const request = { rehearsalId: watched.rehearsalId, call: "a", manners: CHECKS, labour: SLEEPS };
    for (let i = 0; i < 16; i++) await lab.work(request);
    for (const error of await errorsOf(lab.work(request), read(lab.count(request)))) {
      assert.equal(error.code, Code.ResourceExhausted);
      assert.match(error.rawMessage, /16 calls/);
    }
    watched.leave();
    await watched.ended;
  });

  test("a watcher that does not read is ended, and all of its rehearsal", async () => {
    const rehearsalId = randomUUID();
    // No message fits into its window.
    const session = connectHttp2(server.grpcUrl, { settings: { initialWindowSize: 0 } });
    session.on("error", () => {});
    const stream = session.request({ ...grpcHeaders });
    stream.on("error", () => {});
    const headers = new Promise((resolve) => stream.once("response", resolve));
    const closed = new Promise((resolve) => stream.once("close", resolve));
    stream.end(watchBody(rehearsalId));
    await headers;
    const controller = new AbortController();
    // 128 bytes in each event.
    const call = "🌱".repeat(32);
    const works = Array.from({ length: 16 }, () =>
      errorOf(
        lab.work(
          {
            rehearsalId,
            call,
            time: { seconds: 10n },
            manners: IGNORES,
            labour: SLEEPS,
            serversBehind: 2,
            propagates: true,
          },
          controller,
        ),
      ),
    );
    // Work that goes on although its caller has left is told four times a second.
    setTimeout(() => controller.abort(), 500);
    // First the 64 kB of its connection are filled, which takes some seconds.
    await until(() => server.logged({ msg: "rehearsal ended", cause: "slow" }).length > 0);
    await Promise.all(works);
    // Its reader is not waited for either.
    await closed;
    session.destroy();
    await untilIdle(server.url);
  });

  for (const [name, watchRaw] of watchers) {
    test(`a watcher that vanishes without a word ends its rehearsal, over ${name}`, async () => {
      const rehearsalId = randomUUID();
      const socket = await watchRaw(server, rehearsalId);
      const ended = server.logged({ msg: "rehearsal ended" }).length;
      const request = { rehearsalId, call: "a", time: { seconds: 10n }, manners: IGNORES };
      const work = errorOf(lab.work({ ...request, labour: COMPUTES }));
      await untilActivity(server.url, ({ workersBusy }) => workersBusy === 1);
      socket.resetAndDestroy();
      assert.equal((await work).code, Code.Aborted);
      await server.untilLogged({ msg: "rehearsal ended" }, ended + 1);
      await untilIdle(server.url);
    });
  }
});

describe("a shutdown", () => {
  test("ends rehearsals whose handlers never look, and a count whose reader pauses", async () => {
    const server = await startServer();
    const lab = nativeLab(server);
    const watched = await watch(lab);
    const { rehearsalId } = watched;
    const request = { rehearsalId, time: { seconds: 10n }, manners: IGNORES };
    const works = [
      errorOf(lab.work({ ...request, call: "sleeps", labour: SLEEPS })),
      errorOf(lab.work({ ...request, call: "computes", labour: COMPUTES })),
      errorOf(lab.work({ ...request, call: "behind", labour: COMPUTES, serversBehind: 2 })),
    ];
    const count = nativeLab(server).count({
      rehearsalId,
      call: "count",
      manners: CHECKS,
      messages: 100_000,
      messageBytes: 65_536,
    });
    const counting = count[Symbol.asyncIterator]();
    await counting.next();
    await watched.until({ kind: Kind.WAITS_FOR_READER });
    await watched.until({ kind: Kind.WORK_BEGUN }, 4);
    const sentAtMs = performance.now();
    await stopCleanly(server);
    assert.ok(performance.now() - sentAtMs < 5000);
    for (const work of works) assert.equal((await work).code, Code.Unavailable);
    assert.equal((await watched.ended)?.code, Code.Unavailable);
    assert.equal(server.logged({ msg: "rehearsal ended" })[0]?.cause, "shutdown");
    await errorOf(
      (async () => {
        for (let next = await counting.next(); !next.done; next = await counting.next());
      })(),
    );
  });
});

const exposed = ["--host", "0.0.0.0", "--trusted-proxies", "192.0.2.1", "--public"];

describe("the lab's admission", () => {
  for (const [about, args, isOpen] of [
    ["open on a loopback address", [], true],
    ["closed where other machines may call", exposed, false],
    ["closed behind a proxy", ["--trusted-proxies", "127.0.0.1"], false],
    ["open there with --lab", [...exposed, "--lab"], true],
  ] as const) {
    test(`is ${about}`, async () => {
      const server = await startServer({ args });
      const lab = webLab(server);
      const rehearsalId = randomUUID();
      const errors = await Promise.all(
        [
          lab.readClock({}),
          lab.work({ rehearsalId }),
          read(lab.count({ rehearsalId })),
          read(lab.rehearse({ rehearsalId })),
          read(lab.watchRehearsal({ rehearsalId: "" })),
        ].map((call) => call.then(() => undefined, ConnectError.from)),
      );
      if (isOpen) {
        assert.equal(errors.shift(), undefined);
        assert.ok(errors.every((error) => error?.code === Code.InvalidArgument));
      }
      for (const error of isOpen ? [] : errors) {
        assert.equal(error?.code, Code.Unimplemented);
        assert.match(error.rawMessage, /Start it with --lab, or on 127\.0\.0\.1\.$/);
      }
      await stopCleanly(server);
    });
  }

  test("has room for 32 rehearsals of all clients", async () => {
    const server = await startServer({ args: ["--trusted-proxies", "127.0.0.1", "--lab"] });
    const open: Watched[] = [];
    for (let i = 0; i < 32; i++) open.push(await watch(labFrom(server, `192.0.2.${i >> 2}`)));
    const error = await errorOf(watch(labFrom(server, "192.0.2.99")));
    assert.equal(error.code, Code.ResourceExhausted);
    const [refusal] = error.findDetails(RefusalSchema);
    assert.partialDeepStrictEqual(refusal, {
      scope: LimitScope.SERVER,
      calls: LimitedCalls.REHEARSALS,
      limit: 32,
    });
    for (const { leave } of open) leave();
    await server.untilLogged({ msg: "rehearsal ended" }, 32);
    await stopCleanly(server);
  });
});

function labFrom({ url }: TestServer, address: string): LabClient {
  const transport = createGrpcWebTransport({
    baseUrl: url,
    httpVersion: "1.1",
    interceptors: [withHeaders({ "x-forwarded-for": address })],
  });
  return createClient(LabService, transport);
}

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

async function errorOf(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error("the call ended well");
}

async function errorsOf(...calls: readonly Promise<unknown>[]): Promise<readonly ConnectError[]> {
  return await Promise.all(calls.map(errorOf));
}

function thrown(error: ConnectError | undefined): void {
  if (error) throw error;
}

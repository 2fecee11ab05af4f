import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { afterEach, describe, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { Code } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import {
  Ending,
  type GetSearchReportResponse,
  SearchReportSchema,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { patient } from "../../scripts/test-limits.ts";
import { readActivity, untilActivity } from "../support/activity.ts";
import { tlsFlags } from "../support/certificates.ts";
import { endless, errorOf, nativeClients, streamErrorOf, webClients } from "../support/clients.ts";
import { GrpcHealth } from "../support/grpc-health.ts";
import { flood, stalls } from "../support/raw-calls.ts";
import { ReflectionClient } from "../support/reflected.ts";
import { startServer, type TestServer } from "../support/server.ts";

// Where others use the machine as well, the server is given longer, and must end within that.
const withinMs = 1000 * Math.ceil(patient(2000) / 1000);
const leaving = [
  "--drain-seconds",
  String(withinMs / 1000),
  "--maximum-hashes",
  "0",
  "--maximum-seconds",
  "0",
];

/** Clients that make it hard to leave, each on connections of its own. */
const clinging: Readonly<Record<string, (server: TestServer) => () => void>> = {
  "keeps an idle connection of each port open": ({ url, grpcUrl }) => {
    const sockets = [url, grpcUrl].map((at) =>
      connect({ host: "127.0.0.1", port: portOf(at), allowHalfOpen: true }).on("error", () => {}),
    );
    return () => sockets.forEach((socket) => void socket.destroy());
  },
  "reads nothing over HTTP/1.1": (server) => stall(server, 0),
  "reads nothing over HTTP/2": (server) => stall(server, 1),
  "sends PINGs all the time, and goes on after GOAWAY": ({ grpcUrl }) => {
    const session = connectHttp2(grpcUrl).on("error", () => {});
    const call = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Watch",
      "content-type": "application/grpc+proto",
      te: "trailers",
    });
    // Its request never ends either.
    call.on("error", () => {}).resume();
    const pings = setInterval(() => {
      if (!session.destroyed && !session.closed) session.ping(() => {});
    }, 20);
    return () => {
      clearInterval(pings);
      session.destroy();
    };
  },
  "sends the body of a request byte by byte": ({ url }) => {
    const socket = connect(portOf(url), "127.0.0.1").on("error", () => {});
    const body = flood();
    socket.write(
      `POST /hash_name.HashFinder/FindRange HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    let sent = 0;
    const bytes = setInterval(() => socket.write(body.subarray(sent, ++sent)), 500);
    return () => {
      clearInterval(bytes);
      socket.destroy();
    };
  },
  "connects again and again": ({ url }) => {
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      const socket = connect(portOf(url), "127.0.0.1").on("error", () => {});
      socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
      socket.resume().once("close", () => setTimeout(again, 20));
    };
    again();
    return () => {
      isOver = true;
    };
  },
  "holds a stream of questions to the reflection": ({ grpcUrl }) => {
    const client = new ReflectionClient(grpcUrl, "v1");
    client
      .open()
      .on("error", () => {})
      .write({ list_services: "" });
    return () => client.close();
  },
  "watches the health and the activity": ({ grpcUrl, url }) => {
    const client = new GrpcHealth(grpcUrl);
    client.watch("").on("error", () => {});
    void untilActivity(url, () => false).catch(() => {});
    return () => client.close();
  },
};

describe("a server that is told to leave", () => {
  let letGo: (() => void)[] = [];
  afterEach(() => {
    for (const release of letGo) release();
    letGo = [];
  });

  test("is not ready at once, begins nothing new, and lets what runs go on for a while", async () => {
    const server = await startServer({ args: leaving });
    const [web, native] = [webClients(server), nativeClients(server)];
    const request = endless();
    const running = errorOf(native, "find", request);
    await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
    const asked = await waitingForReport(server, request.searchId);
    assert.deepEqual(await probe(server, "/readyz"), [200, "ready\n"]);
    const toldAt = performance.now();
    server.signal();
    await server.untilLogged({ msg: "the server is leaving" });
    assert.deepEqual(await probe(server, "/readyz"), [503, "not ready: the server is shutting down\n"]);
    assert.deepEqual(await probe(server, "/healthz"), [200, "alive\n"]);
    const health = new GrpcHealth(server.grpcUrl);
    letGo.push(() => health.close());
    assert.equal(await health.check(""), "NOT_SERVING");
    for (const refused of [
      await errorOf(web, "find", endless()),
      await errorOf(native, "findRange", endless()),
      await streamErrorOf(web),
    ]) {
      assert.equal(refused?.code, Code.Unavailable, String(refused));
      assert.equal(refused?.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds, 2n);
    }
    assert.equal((await readActivity(server.url)).workersBusy, 2);
    const ended = await running;
    assert.ok(performance.now() - toldAt >= withinMs / 2, "it may go on for half of the time");
    assert.equal(ended?.code, Code.Unavailable);
    const [told] = ended?.findDetails(SearchReportSchema) ?? [];
    assert.equal(told?.ending, Ending.SHUTDOWN);
    assert.equal(told?.workersIdle, told?.workersUsed);
    // Who waited for the report has it as well.
    assert.equal((await asked.answer).report?.ending, Ending.SHUTDOWN);
    assert.equal(await server.ended(), 0);
  });

  for (const [what, cling] of Object.entries(clinging)) {
    test(`ends within its time though a client ${what}`, async () => {
      const server = await startServer({ args: leaving });
      letGo.push(cling(server));
      const request = endless();
      const running = errorOf(webClients(server), "find", request);
      await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
      const toldAt = performance.now();
      server.signal();
      assert.equal((await running)?.code, Code.Unavailable);
      assert.equal(await server.ended(), 0);
      const tookMs = performance.now() - toldAt;
      assert.ok(tookMs < withinMs, `it took ${tookMs} ms`);
    });
  }

  test("ends within its time though all of them come together", async (t) => {
    const server = await startServer({ args: leaving });
    letGo.push(...Object.values(clinging).map((cling) => cling(server)));
    await untilActivity(server.url, ({ searches }) => searches >= 2);
    const toldAt = performance.now();
    server.signal();
    assert.equal(await server.ended(), 0);
    const tookMs = performance.now() - toldAt;
    assert.ok(tookMs < withinMs, `it took ${tookMs} ms`);
    t.diagnostic(`ended after ${Math.round(tookMs)} ms of ${withinMs}`);
  });

  test("ends within its time though clients of its TLS ports begin no handshake, or say nothing after it", async () => {
    const server = await startServer({ args: [...leaving, ...tlsFlags("localhost")] });
    for (const at of [server.url, server.grpcUrl]) {
      const port = portOf(at);
      const silent = connect(port, "127.0.0.1").on("error", () => {});
      const greeted = connectTls({
        port,
        host: "127.0.0.1",
        rejectUnauthorized: false,
        ALPNProtocols: ["h2"],
      });
      await once(
        greeted.on("error", () => {}),
        "secureConnect",
      );
      letGo.push(
        () => void silent.destroy(),
        () => void greeted.destroy(),
      );
    }
    const toldAt = performance.now();
    server.signal();
    assert.equal(await server.ended(), 0);
    const tookMs = performance.now() - toldAt;
    assert.ok(tookMs < withinMs, `it took ${tookMs} ms`);
  });

  test("tells its callers at once when no time is given, and those that wait for a report", async () => {
    const server = await startServer({ args: ["--maximum-hashes", "0"] });
    const request = endless();
    const running = errorOf(nativeClients(server), "find", request);
    await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
    const asked = await waitingForReport(server, request.searchId);
    const toldAt = performance.now();
    server.signal();
    assert.equal((await running)?.code, Code.Unavailable);
    assert.equal((await asked.answer).report?.ending, Ending.SHUTDOWN);
    assert.equal(await server.ended(), 0);
    assert.ok(performance.now() - toldAt < 5000);
  });
});

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function stall(server: TestServer, which: number): () => void {
  const [, start] = stalls[which] ?? [];
  const reader = start?.(server);
  return () => reader?.cut();
}

async function probe({ url }: TestServer, path: string): Promise<readonly [number, string]> {
  const response = await fetch(`${url}${path}`);
  return [response.status, await response.text()];
}

/** A call for the report, once it is there. */
async function waitingForReport(
  server: TestServer,
  searchId: string,
): Promise<{ readonly answer: Promise<GetSearchReportResponse> }> {
  const answer = webClients(server).reports.getSearchReport({ searchId, reason: "waits" });
  await server.untilLogged({ searchId, reason: "waits" });
  return { answer };
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { after, afterEach, before, describe, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { status } from "@grpc/grpc-js";
import { untilActivity } from "../support/activity.ts";
import { clientsFrom, withHeaders } from "../support/callers.ts";
import { type Clients, clientsOver, endless, errorOf, reportOf, streamErrorOf } from "../support/clients.ts";
import { framed } from "../support/frames.ts";
import { GrpcJsClient } from "../support/grpc-js.ts";
import { connectJson, grpcRaw, grpcWebRaw } from "../support/outside-callers.ts";
import { envelope } from "../support/raw-calls.ts";
import { refusedStart } from "../support/refused-start.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { type TokenFile, tokenFile } from "../support/token-file.ts";

const find = "/hash_name.HashFinder/Find";
const cat = envelope({ desiredName: "cat" });
const empty = framed(new Uint8Array());

describe("with --token-file", () => {
  let tokens: TokenFile;
  let server: TestServer;
  before(async () => {
    tokens = tokenFile("ann searches=1 hashes=1000 seconds=100", "ben");
    server = await startServer({ args: ["--maximum-hashes", "0", "--token-file", tokens.path] });
  });
  after(async () => {
    const secrets = ["ann", "ben", "cy"].map((name) => tokens.header(name).authorization.slice(7));
    assert.ok(secrets.every((secret) => !server.words.join("\n").includes(secret)));
    tokens.remove();
    await stopCleanly(server);
  });

  const wrong = [
    ["none", {}],
    ["a wrong one", { authorization: "Bearer hf_wrong" }],
    [
      "one in another scheme",
      () => ({ authorization: tokens.header("ann").authorization.replace("Bearer", "Basic") }),
    ],
    ["a hash", { authorization: `Bearer sha256:${"0".repeat(64)}` }],
  ] as const;
  const ways = [
    [
      "Connect",
      () => server.url,
      (url: string, headers: object) =>
        connectJson(url, find, { desiredName: "cat" }, { headers: { ...headers } }),
    ],
    [
      "gRPC-Web",
      () => server.url,
      (url: string, headers: object) => grpcWebRaw(url, find, cat, { headers: { ...headers } }),
    ],
    [
      "native gRPC",
      () => server.grpcUrl,
      (url: string, headers: object) => grpcRaw(url, find, cat, { headers: { ...headers } }),
    ],
  ] as const;
  for (const [protocol, urlOf, call] of ways) {
    test(`${protocol} is answered with a token, in any letters of its scheme`, async () => {
      const { authorization } = tokens.header("ben");
      for (const header of [authorization, authorization.replace("Bearer", "bearer")]) {
        const { code } = await call(urlOf(), { authorization: header });
        assert.ok(["", "0"].includes(code), code);
      }
    });

    test(`${protocol} is UNAUTHENTICATED without one that is known, in the same words each time`, async () => {
      const answers = [];
      for (const [, headers] of wrong) {
        answers.push(await call(urlOf(), typeof headers === "function" ? headers() : headers));
      }
      for (const { code, message } of answers) {
        assert.ok(["16", "unauthenticated"].includes(code), code);
        assert.equal(message, answers[0]?.message);
        assert.match(message, /^Cannot answer without a valid token\. .*\.$/);
      }
    });
  }

  test("gRPC's own client is let in by its metadata, and refused without", async () => {
    const client = new GrpcJsClient(server.grpcUrl);
    const answer = await client.call(find, { desiredName: "cat" }, { headers: tokens.header("ben") });
    assert.ok(!(answer instanceof Error), String(answer));
    const error = await client.call(find, { desiredName: "cat" });
    assert.ok(error instanceof Error);
    assert.equal(error.code, status.UNAUTHENTICATED);
    client.close();
  });

  test("every service asks for it but the health, and the page and its files are open", async () => {
    for (const path of [
      "/hash_name.HashFinder/FindRange",
      "/hash_name.v1.SearchReportService/GetSearchReport",
      "/hash_name.v1.ActivityService/WatchActivity",
      "/Message/Stream",
      "/hash_name.v1.LabService/ReadClock",
    ]) {
      assert.equal((await grpcRaw(server.grpcUrl, path, empty)).code, "16", path);
    }
    const health = "/grpc.health.v1.Health/Check";
    assert.equal((await connectJson(server.url, health, {})).httpStatus, 200);
    assert.equal((await grpcRaw(server.grpcUrl, health, empty)).code, "0");
    const page = await fetch(server.url);
    assert.match(await page.text(), /<title>Hash Finder/);
  });

  test("a stream of Connect's hears it in its last frame, which is its first", async () => {
    const response = await fetch(new URL("/hash_name.HashFinder/FindRange", server.url), {
      method: "POST",
      headers: { "content-type": "application/connect+json", "connect-protocol-version": "1" },
      body: new Uint8Array([0, 0, 0, 0, 2, 123, 125]),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.deepEqual([response.status, bytes[0]], [200, 2]);
    const { error } = JSON.parse(bytes.subarray(5).toString());
    assert.equal(error.code, "unauthenticated");
    const over = createConnectTransport({ baseUrl: server.url, httpVersion: "1.1", useBinaryFormat: false });
    assert.equal((await errorOf(clientsOver(over), "findRange", endless()))?.code, Code.Unauthenticated);
  });

  test("gRPC-Web hears it in the headers, where a page need not read on", async () => {
    const response = await fetch(new URL(find, server.url), {
      method: "POST",
      headers: { "content-type": "application/grpc-web+proto" },
      body: new Uint8Array(5),
    });
    assert.equal(response.headers.get("grpc-status"), "16");
  });

  test("a body is not waited for: who has no token keeps nothing open", async () => {
    const { httpStatus } = await connectJson(server.url, find, { desiredName: "x".repeat(20_000) });
    assert.equal(httpStatus, 401);
  });

  test("each token has its own limits, whatever address it comes from", async () => {
    const ann = clientsWith(server, tokens, "ann");
    const spent = await errorOf(ann, "find", endless());
    assert.equal(spent?.code, Code.ResourceExhausted);
    assert.match(spent.rawMessage, /its budget of 1000 hashes/);
    const limits = await untilActivity(transportWith(server, tokens, "ann"), () => true);
    assert.deepEqual(
      [
        limits.callerName,
        limits.limits?.maximumHashes,
        limits.limits?.maximumTime?.seconds,
        limits.limits?.maximumSearchesPerClient,
      ],
      ["ann", 1000n, 100n, 1],
    );
    assert.equal(
      (await untilActivity(transportWith(server, tokens, "ben"), () => true)).limits?.maximumHashes,
      0n,
    );
  });

  test("searches at once are counted by the token's name", async () => {
    const limited = tokenFile("ann searches=1", "ben searches=2");
    const other = await startServer({
      args: ["--maximum-hashes", "0", "--maximum-searches-per-client", "1", "--token-file", limited.path],
    });
    const controller = new AbortController();
    const { signal } = controller;
    const [ann, ben] = [clientsWith(other, limited, "ann"), clientsWith(other, limited, "ben")];
    const running = [ann, ben, ben].map((client) => errorOf(client, "find", endless(), { signal }));
    await untilActivity(transportWith(other, limited, "ann"), ({ searches }) => searches === 3);
    for (const client of [ann, ben]) {
      assert.equal((await errorOf(client, "find", endless()))?.code, Code.ResourceExhausted);
    }
    controller.abort();
    await Promise.all(running);
    limited.remove();
    await stopCleanly(other);
  });

  test("the log says who, by name", async () => {
    const request = { ...endless(), desiredName: "cat" };
    await clientsWith(server, tokens, "ben").finder.find(request);
    await server.untilLogged({ msg: "search ended", searchId: request.searchId, client: "token:ben" });
  });
});

describe("at SIGHUP", () => {
  let tokens: TokenFile;
  let server: TestServer;
  before(async () => {
    tokens = tokenFile("ann", "ben");
    server = await startServer({ args: ["--maximum-hashes", "0", "--token-file", tokens.path] });
  });
  afterEach(async () => {
    tokens.write("ann", "ben");
    const before = server.logged({ msg: "read again" }).length;
    server.signal("SIGHUP");
    await server.untilLogged({ msg: "read again" }, before + 1);
  });
  after(async () => {
    await server.stop();
    assert.equal(await server.ended(), 0);
    tokens.remove();
  });

  test("a new token is let in", async () => {
    tokens.write("ann", "ben", "cy");
    server.signal("SIGHUP");
    await server.untilLogged({ msg: "read again", what: "tokens", tokens: 3 });
    assert.equal(await errorOf(clientsWith(server, tokens, "cy"), "find", { desiredName: "cat" }), undefined);
  });

  test("a token that is taken away ends all calls that were made with it, and no others", async () => {
    const [ann, ben] = [clientsWith(server, tokens, "ann"), clientsWith(server, tokens, "ben")];
    const [first, second, third] = [endless(), endless(), endless()];
    const controller = new AbortController();
    const calls = [errorOf(ann, "find", first), errorOf(ann, "findRange", second), streamErrorOf(ann)];
    const others = errorOf(ben, "findRange", third, { signal: controller.signal });
    await untilActivity(
      transportWith(server, tokens, "ben"),
      ({ searches, streams }) => searches === 3 && streams === 1,
    );
    tokens.write("ben");
    server.signal("SIGHUP");
    for (const error of await Promise.all(calls)) {
      assert.equal(error?.code, Code.Unauthenticated);
      assert.equal(error.rawMessage, "The token of this call is no longer valid.");
    }
    await untilActivity(
      transportWith(server, tokens, "ben"),
      ({ searches, searchesOfCaller, streams }) => searches === 1 && searchesOfCaller === 1 && streams === 0,
    );
    assert.equal((await errorOf(ann, "find", { desiredName: "cat" }))?.code, Code.Unauthenticated);
    controller.abort();
    assert.equal((await others)?.code, Code.Canceled);
    assert.equal((await reportOf(ben, third.searchId)).workersIdle, 2);
    await server.untilLogged({ msg: "search ended", searchId: first.searchId, cause: "cancelled" });
  });

  for (const [about, text] of [
    ["is broken", "ann hf_in-the-wrong-place"],
    ["is empty", ""],
    ["is gone", undefined],
  ] as const) {
    test(`a file that ${about} leaves the old tokens, and the log says so`, async () => {
      const before = server.logged({ msg: kept }).length;
      if (text === undefined) rmSync(tokens.path);
      else tokens.spoil(text);
      server.signal("SIGHUP");
      await server.untilLogged({ msg: kept, what: "tokens" }, before + 1);
      assert.doesNotMatch(server.words.join("\n"), /in-the-wrong-place/);
      assert.equal(
        await errorOf(clientsWith(server, tokens, "ann"), "find", { desiredName: "cat" }),
        undefined,
      );
    });
  }
});

const kept = "cannot be read again: it stays as it was";

describe("at the start", () => {
  test("a token file that cannot be used is told of in one line", async () => {
    const file = tokenFile("ann");
    for (const [text, words] of [
      ["", /there is no token in it/],
      ["ann hf_in-the-wrong-place", /line 1 has no hash/],
      [`ann sha256:${"a".repeat(64)}\nann sha256:${"b".repeat(64)}`, /line 2 has the name of line 1/],
    ] as const) {
      file.spoil(text);
      const said = await refusedStart("--token-file", file.path);
      assert.match(said, /^--token-file /);
      assert.match(said, words);
      assert.doesNotMatch(said, /in-the-wrong-place/);
    }
    file.remove();
    assert.match(await refusedStart("--token-file", file.path), /cannot be read: it is not there\.\n$/);
  });

  test("without tokens and certificates SIGHUP ends the server, as a terminal that closes should", async () => {
    const server = await startServer();
    server.signal("SIGHUP");
    assert.equal(await server.ended(), "SIGHUP");
  });
});

test("npm run token makes a line that a server takes, and a token that opens it", async () => {
  const made = spawnSync(process.execPath, ["scripts/token.ts", "ann", "searches=2"], { encoding: "utf8" });
  assert.equal(made.status, 0);
  assert.match(made.stdout, /^ann sha256:[0-9a-f]{64} searches=2\n$/);
  const token = /: (hf_\S+)\n/.exec(made.stderr)?.[1] ?? "";
  const file = tokenFile();
  file.spoil(made.stdout);
  const server = await startServer({ args: ["--token-file", file.path] });
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await connectJson(server.url, find, { desiredName: "cat" }, { headers })).httpStatus, 200);
  await stopCleanly(server);
  file.remove();
  for (const wrong of [[], ["a/b"], ["ann", "searches=many"]]) {
    const refused = spawnSync(process.execPath, ["scripts/token.ts", ...wrong], { encoding: "utf8" });
    assert.deepEqual([refused.status, refused.stdout], [1, ""]);
    assert.match(refused.stderr, /^Cannot make a token: [^\n]+\n$/);
  }
});

function clientsWith(server: TestServer, tokens: TokenFile, name: string): Clients {
  return clientsFrom(server, "gRPC-Web", "127.0.0.1", tokens.header(name));
}

function transportWith({ url }: TestServer, tokens: TokenFile, name: string) {
  return createGrpcWebTransport({
    baseUrl: url,
    httpVersion: "1.1",
    interceptors: [withHeaders(tokens.header(name))],
  });
}

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { create, toBinary } from "@bufbuild/protobuf";
import { credentials, Client as GrpcClient, Metadata, type ServiceError } from "@grpc/grpc-js";
import { HashNameRequestSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { connectJson, grpcRaw } from "../support/outside-callers.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { tokenFile } from "../support/token-file.ts";

const find = "/hash_name.HashFinder/Find";
const cat = toBinary(HashNameRequestSchema, create(HashNameRequestSchema, { desiredName: "cat" }));
const vector = (name: string): string => `tests/vectors/tls/${name}`;
const readAgain = { msg: "read again", what: "certificate" };
const kept = { msg: "cannot be read again: it stays as it was", what: "certificate" };

describe("the certificate of a running server", () => {
  let folder: string;
  let server: TestServer;
  const put = (cert: string, key = cert): void => {
    copyFileSync(vector(`${key}.key.pem`), join(folder, "key.pem"));
    copyFileSync(vector(`${cert}.cert.pem`), join(folder, "cert.pem"));
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hash-finder-tls-"));
    put("localhost");
    const files = ["--tls-cert", join(folder, "cert.pem"), "--tls-key", join(folder, "key.pem")];
    server = await startServer({ args: files });
  });
  after(async () => {
    await server.stop();
    assert.equal(await server.ended(), 0);
    rmSync(folder, { recursive: true });
  });

  test("is that of both ports, and native gRPC speaks TLS alone", async () => {
    assert.deepEqual(await shown(server), ["localhost", "localhost"]);
    const ca = readFileSync(vector("localhost.cert.pem"));
    assert.equal((await grpcRaw(server.grpcUrl, find, cat, { tls: { ca } })).code, "0");
    await assert.rejects(grpcRaw(server.grpcUrl.replace("https:", "http:"), find, cat));
  });

  test("brings browsers to both ports: neither answers pages of other origins, and both their own", async () => {
    const ca = readFileSync(vector("localhost.cert.pem"));
    for (const url of [server.url, server.grpcUrl]) {
      const session = connectHttp2(url, { ca });
      assert.equal(await statusOver(session, { origin: "https://evil.example" }), 403);
      assert.equal(await statusOver(session, { origin: new URL(url).origin }), 200);
      assert.equal(await statusOver(session), 200);
      session.close();
    }
  });

  test("answers gRPC's own client over TLS", async () => {
    const ssl = credentials.createSsl(readFileSync(vector("localhost.cert.pem")));
    const client = new GrpcClient(new URL(server.grpcUrl).host, ssl);
    const error = await new Promise<ServiceError | null>((resolve) =>
      client.makeUnaryRequest(
        find,
        () => Buffer.from(cat),
        (bytes) => bytes,
        {},
        new Metadata(),
        resolve,
      ),
    );
    assert.equal(error, null);
    client.close();
  });

  test("is another after SIGHUP, for connections from then on; open ones go on", async () => {
    const session = connectHttp2(server.grpcUrl, { ca: readFileSync(vector("localhost.cert.pem")) });
    assert.equal(await statusOver(session), 200);
    put("renewed");
    server.signal("SIGHUP");
    await server.untilLogged(readAgain);
    assert.deepEqual(await shown(server), ["renewed", "renewed"]);
    assert.equal(await statusOver(session), 200);
    session.close();
  });

  for (const [about, spoil, words] of [
    ["has expired", () => put("expired", "renewed"), /has expired, on 2020/],
    ["has another's key", () => put("localhost", "renewed"), /is not that of --tls-cert/],
    ["is no certificate", () => writeFileSync(join(folder, "cert.pem"), "no"), /there is no certificate in/],
    ["is gone", () => rmSync(join(folder, "cert.pem")), /it is not there/],
  ] as const) {
    test(`stays as it was when the new one ${about}, and the log says so`, async () => {
      const before = server.logged(kept).length;
      spoil();
      server.signal("SIGHUP");
      await server.untilLogged(kept, before + 1);
      assert.match(String(server.logged(kept).at(-1)?.reason), words);
      assert.deepEqual(await shown(server), ["renewed", "renewed"]);
    });
  }

  test("is another when its files have changed, without a signal", async () => {
    const before = server.logged(readAgain).length;
    put("localhost");
    await server.untilLogged(readAgain, before + 1);
    assert.deepEqual(await shown(server), ["localhost", "localhost"]);
  });
});

describe("with --client-ca", () => {
  const ca = readFileSync(vector("localhost.cert.pem"));
  const person = (name: string) => ({
    ca,
    cert: readFileSync(vector(`${name}.cert.pem`)),
    key: readFileSync(vector(`${name}.key.pem`)),
  });
  const tokens = tokenFile("cy");
  let server: TestServer;
  before(async () => {
    server = await startServer({
      args: [
        ...["--tls-cert", vector("localhost.cert.pem"), "--tls-key", vector("localhost.key.pem")],
        ...["--client-ca", vector("people.ca.pem"), "--token-file", tokens.path],
      ],
    });
  });
  after(async () => {
    await server.stop();
    assert.equal(await server.ended(), 0);
    tokens.remove();
  });

  test("a certificate of it is a caller's name, on both ports", async () => {
    const request = { desiredName: "cat", searchId: crypto.randomUUID() };
    assert.equal((await connectJson(server.url, find, request, { tls: person("ann") })).httpStatus, 200);
    await server.untilLogged({ msg: "search ended", searchId: request.searchId, client: "certificate:ann" });
    assert.equal((await grpcRaw(server.grpcUrl, find, cat, { tls: person("ben") })).code, "0");
    await server.untilLogged({ msg: "search ended", client: "certificate:ben" });
  });

  test("a token says more than the certificate, and a wrong one is refused even so", async () => {
    const request = { desiredName: "cat", searchId: crypto.randomUUID() };
    const shownBy = (headers: { authorization: string }) => ({ tls: person("ann"), headers });
    assert.equal(
      (await connectJson(server.url, find, request, shownBy(tokens.header("cy")))).httpStatus,
      200,
    );
    await server.untilLogged({ msg: "search ended", searchId: request.searchId, client: "token:cy" });
    const wrong = shownBy({ authorization: "Bearer hf_wrong" });
    assert.equal((await connectJson(server.url, find, request, wrong)).httpStatus, 401);
  });

  for (const [who, tls] of [
    ["nobody without one", { ca }],
    ["nobody with one of another authority", person("machine")],
  ] as const) {
    test(`${who} gets through the handshake, not even to the page, and the log says so`, async () => {
      const refusals = () => server.logged({ msg: "a connection is refused: TLS" }).length;
      const before = refusals();
      await assert.rejects(connectJson(server.url, find, { desiredName: "cat" }, { tls }));
      await assert.rejects(grpcRaw(server.grpcUrl, find, cat, { tls }));
      await server.untilLogged({ msg: "a connection is refused: TLS" }, before + 2);
    });
  }
});

/** Which of the test's certificates each port shows to a new connection. */
async function shown({ url, grpcUrl }: TestServer): Promise<readonly string[]> {
  return await Promise.all(
    [url, grpcUrl].map(async (address) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const socket = connectTls(
        {
          host: "127.0.0.1",
          port: Number(new URL(address).port),
          rejectUnauthorized: false,
          ALPNProtocols: ["h2"],
        },
        () => {
          const { raw } = socket.getPeerCertificate();
          resolve(["localhost", "renewed"].find((name) => raw.equals(derOf(name))) ?? "another");
          socket.destroy();
        },
      );
      socket.once("error", reject);
      return await promise;
    }),
  );
}

function derOf(name: string): Buffer {
  const pem = readFileSync(vector(`${name}.cert.pem`), "latin1");
  return Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ""), "base64");
}

async function statusOver(session: ReturnType<typeof connectHttp2>, headers = {}): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  session.once("error", reject);
  const stream = session.request({
    ":method": "POST",
    ":path": find,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  stream.on("response", (headers) => resolve(Number(headers[":status"])));
  stream.on("error", reject);
  stream.resume();
  stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, cat.length]), cat]));
  return await promise;
}

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, test } from "node:test";
import { refuseCall } from "../../server/edge/refuse-call.ts";
import { answerUnimplemented } from "../../server/edge/unimplemented.ts";

const refused = { grpcStatus: 16, httpStatus: 401, code: "unauthenticated" };
const words = "100 % größer.";
const written = "100 %25 gr%C3%B6%C3%9Fer.";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function urlOf(started: Server): Promise<string> {
  server = started.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a call that is refused hears it in its protocol", () => {
  const refusing = (): Server =>
    createServer((request, response) => refuseCall(request, response, refused, words));

  for (const contentType of ["application/grpc", "application/grpc+proto", "application/grpc-web-text"]) {
    test(`${contentType}: in headers alone`, async () => {
      const url = await urlOf(refusing());
      const response = await fetch(url, { method: "POST", headers: { "content-type": contentType } });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), contentType);
      assert.equal(response.headers.get("grpc-status"), "16");
      assert.equal(response.headers.get("grpc-message"), written);
      assert.equal(await response.text(), "");
    });
  }

  for (const contentType of ["application/connect+proto", "application/connect+json"]) {
    test(`${contentType}: in a frame that ends the stream`, async () => {
      const url = await urlOf(refusing());
      const response = await fetch(url, { method: "POST", headers: { "content-type": contentType } });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), contentType);
      const frame = Buffer.from(await response.arrayBuffer());
      assert.deepEqual([frame[0], frame.readUInt32BE(1)], [2, frame.length - 5]);
      const error = { code: "unauthenticated", message: words };
      assert.deepEqual(JSON.parse(frame.subarray(5).toString()), { error });
    });
  }

  for (const headers of [{ "content-type": "application/json" }, { "content-type": "text/plain" }, {}]) {
    test(`${headers["content-type"] ?? "none"}: in JSON, with the status of HTTP`, async () => {
      const response = await fetch(await urlOf(refusing()), { method: "POST", headers });
      assert.equal(response.status, 401);
      assert.equal(response.headers.get("content-type"), "application/json");
      assert.deepEqual(await response.json(), { code: "unauthenticated", message: words });
    });
  }
});

describe("what the server does not have", () => {
  const answering = (): Server =>
    createServer((request, response) => {
      if (!answerUnimplemented(request, response)) response.writeHead(200).end("a page");
    });

  for (const [method, path, contentType] of [
    ["POST", "/a.b.Service/Method", "application/json"],
    ["POST", "/Service/Method?x=1", undefined],
    ["POST", "/anything/at/all", "application/grpc"],
    ["GET", "/", "application/grpc-web+proto"],
  ] as const) {
    test(`is a method where it is asked for as one: ${method} ${path} ${contentType}`, async () => {
      const headers = contentType === undefined ? {} : { "content-type": contentType };
      const response = await fetch((await urlOf(answering())) + path, { method, headers });
      const [name] = path.split("?");
      const message = `There is no method ${name} here.`;
      if (contentType?.startsWith("application/grpc")) {
        const { "grpc-status": status, "grpc-message": said } = Object.fromEntries(response.headers);
        assert.deepEqual([response.status, status, said], [200, "12", message]);
      } else {
        assert.equal(response.status, 404);
        assert.deepEqual(await response.json(), { code: "unimplemented", message });
      }
    });
  }

  for (const [method, path] of [
    ["GET", "/a.b.Service/Method"],
    ["POST", "/"],
    ["POST", "/page"],
    ["POST", "/a/b/c"],
    ["POST", "/a-b/c"],
    ["POST", "/a/c.html"],
  ] as const) {
    test(`is left to the page elsewhere: ${method} ${path}`, async () => {
      const response = await fetch((await urlOf(answering())) + path, { method });
      assert.equal(await response.text(), "a page");
    });
  }
});

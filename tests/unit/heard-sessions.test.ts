import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { HeardSessions } from "../../client/node/heard-sessions.ts";

// With Connect's own manager this process ends: "received GOAWAY without any open streams".
test("a call that is made just as another server closes its idle connection ends no process", async () => {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer((_request, response) => void response.end());
  server.on("session", (session) => sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const manager = new HeardSessions(`http://127.0.0.1:${port}`);
  const call = () => manager.request("POST", "/", {}, {});

  const first = await call();
  const { session } = first;
  assert.ok(session);
  await once(first.resume().end(), "close");
  const { promise: second, resolve } = Promise.withResolvers<ReturnType<typeof call>>();
  // After Connect has destroyed the session, and before that has been emitted.
  session.on("goaway", () => resolve(call()));
  const closed = new Promise((done) => session.once("close", done));
  for (const told of sessions) told.goaway(0);
  const stream = await second;
  await closed;
  assert.notEqual(stream.session, session);
  await once(stream.resume().end(), "close");

  manager.abort();
  for (const told of sessions) told.destroy();
  await new Promise((done) => server.close(done));
});

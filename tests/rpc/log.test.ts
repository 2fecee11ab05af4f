import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { untilActivity } from "../support/activity.ts";
import { endless, errorOf, webClients } from "../support/clients.ts";
import { startServer, type TestServer } from "../support/server.ts";

for (const [level, isThere] of [
  ["info", false],
  ["debug", true],
] as const) {
  test(`names and keys are ${isThere ? "" : "not "}in the log at level ${level}`, async () => {
    const server = await startServer({ args: ["--log-level", level] });
    const { finder, streams } = webClients(server);
    await finder.find({ desiredName: "wor", idealHammingDistance: 2 });
    const controller = new AbortController();
    await assert.rejects(async () => {
      for await (const _ of streams.stream({ key: "my key" }, { signal: controller.signal }))
        controller.abort();
    });
    for (const msg of ["search ended", "stream ended"]) await server.untilLogged({ msg });
    await server.stop();
    for (const typed of ['"wor"', '"my key"']) {
      assert.equal(
        server.words.some((line) => line.includes(typed)),
        isThere,
        `${typed} in ${server.words}`,
      );
    }
  });
}

const debug = 20;
const nasty = '\u001b[31m\u009b31m\r\n\u2028\u202e\u0007 "quoted" {}';

test("a search that is stopped is one line, with the caller's reason and nothing that commands a terminal", async () => {
  const server = await startServer({ args: ["--maximum-hashes", "0"] });
  const searchId = await stopped(server, nasty);
  const lines = server.words.filter((line) => line.includes(searchId));
  // Of everything that could do more than be read, only the line's own end is missing here.
  for (const line of lines) assert.doesNotMatch(line, /[^\x20-\x7e]/);
  const [entry, ...others] = lines.map((line) => JSON.parse(line)).filter(({ level }) => level > debug);
  assert.deepEqual(others, []);
  assert.deepEqual([entry.level, entry.cause, entry.call, entry.reason], [30, "cancelled", "find", nasty]);
  assert.ok(BigInt(entry.hashes) > 0n && entry.workersIdle === entry.workersUsed);
  assert.ok(entry.waitedMs >= 0 && entry.endingSeenAfterMs <= entry.workersIdleAfterMs);
  assert.ok(Math.abs(Date.parse(entry.startedAt) - entry.time) < 60_000);
  await server.stop();
});

test("a reason that is told after the end has a line of its own", async () => {
  const server = await startServer({ args: ["--log-level", "info"] });
  const { finder, reports } = webClients(server);
  const searchId = "0d7c1c8e-3d65-4f4f-9d3a-0b6a6a6a6a6a";
  await finder.find({ desiredName: "wor", idealHammingDistance: 2, searchId });
  await reports.getSearchReport({ searchId, reason: "too late" });
  await server.untilLogged({ msg: "the caller says why it stopped", searchId, reason: "too late" });
  await server.stop();
});

test("no token is in the log, at no level", async () => {
  const server = await startServer({ args: ["--log-level", "trace"] });
  const headers = {
    authorization: "Bearer s3cret-token",
    cookie: "s3cret-cookie",
    "x-api-key": "s3cret-key",
  };
  const { finder } = webClients(server);
  await finder.find({ desiredName: "wor", idealHammingDistance: 2 }, { headers });
  await errorOf(webClients(server), "find", { desiredName: "" }, { headers });
  await fetch(`${server.url}/?token=s3cret-query`, {
    headers: { ...headers, origin: "http://evil.example" },
  });
  await fetch(`${server.url}/hash_name.HashFinder/Find`, { method: "POST", headers, body: "nonsense" });
  await server.stop();
  assert.ok(server.words.length > 3);
  assert.deepEqual(
    server.words.filter((line) => line.includes("s3cret")),
    [],
  );
});

test("every line has the fields that are documented, and no other", async () => {
  const documented = documentedLines();
  assert.ok(documented.size > 20);
  const server = await startServer({
    args: ["--log-level", "trace", "--maximum-hashes", "0", "--maximum-streams-per-client", "1"],
  });
  const { finder, streams, reports } = webClients(server);
  const searchId = await stopped(server, "enough");
  await reports.getSearchReport({ searchId, reason: "really" });
  await finder.find({ desiredName: "wor", idealHammingDistance: 2 });
  const controller = new AbortController();
  await assert.rejects(async () => {
    for await (const _ of streams.stream({ key: "k" }, { signal: controller.signal })) controller.abort();
  });
  await fetch(server.url, { headers: { origin: "http://evil.example" } });
  await fetch(`${server.url}/hash_name.HashFinder/Find`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{",
  });
  await server.stop();
  const seen = new Set<string>();
  for (const line of server.words) {
    const { level, time, pid, hostname, msg, ...fields } = JSON.parse(line);
    assert.ok(time && pid && hostname);
    const known = documented.get(msg);
    assert.ok(known, `"${msg}" is not documented`);
    seen.add(msg);
    const { required, optional } = known;
    for (const field of required) assert.ok(field in fields, `${field} of "${msg}"`);
    for (const field of Object.keys(fields)) {
      assert.ok(required.includes(field) || optional.includes(field), `"${msg}" has ${field}`);
    }
    const isEarly = msg === "the caller says why it stopped" && level === debug;
    assert.ok(known.level === level || isEarly, `"${msg}" is written at level ${level}`);
  }
  for (const msg of ["search ended", "stream ended", "a request is refused", "the server has stopped"]) {
    assert.ok(seen.has(msg), msg);
  }
});

test("every message that the server can write is documented", () => {
  const documented = documentedLines();
  const call = /\blog(?:\.(?:debug|info|warn|error)|\[level\])\([\s\S]*?"([a-z][^"]{8,})",?\s*\);?\n/g;
  const messages = globSync("server/**/*.ts").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(call)].map(([, message = ""]) => message),
  );
  assert.ok(messages.length > 20);
  assert.deepEqual(
    messages.filter((message) => !documented.has(message)),
    [],
  );
});

/** Starts a search and stops it with a reason that is there before it ends; its id. */
async function stopped(server: TestServer, reason: string): Promise<string> {
  const clients = webClients(server);
  const request = endless();
  const controller = new AbortController();
  const ended = errorOf(clients, "find", request, { signal: controller.signal });
  await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
  const { searchId } = request;
  const told = clients.reports.getSearchReport({ searchId, reason });
  await server.untilLogged({ msg: "the caller says why it stopped", searchId, reason });
  controller.abort();
  await ended;
  assert.equal((await told).report?.reason, reason);
  await server.untilLogged({ msg: "search ended", searchId });
  return searchId;
}

interface Line {
  readonly level: number;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** The lines of the table in docs/operating.md, by their messages. */
function documentedLines(): ReadonlyMap<string, Line> {
  const levels: Readonly<Record<string, number>> = { debug, info: 30, warn: 40, error: 50 };
  const rows = readFileSync("docs/operating.md", "utf8").matchAll(
    /^\| (debug|info|warn|error) \| `([^`]+)` \| (.*) \|$/gm,
  );
  return new Map(
    [...rows].flatMap(([, name = "", msg = "", words = ""]) => {
      const also = [...words.matchAll(/also `([^`]+)`/g)].map(([, other = ""]) => other);
      const fields = [...words.matchAll(/`(\w+\??)`/g)].map(([, field = ""]) => field);
      const optional = fields.filter((field) => field.endsWith("?")).map((field) => field.slice(0, -1));
      const required = fields.filter((field) => !field.endsWith("?"));
      return [msg, ...also].map((each) => [each, { level: levels[name] ?? 0, required, optional }] as const);
    }),
  );
}

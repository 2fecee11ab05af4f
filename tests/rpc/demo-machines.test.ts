import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { untilActivity } from "../support/activity.ts";
import { clientsOver, endless, reportOf } from "../support/clients.ts";

describe("the demo of several machines", () => {
  const child = spawn(process.execPath, ["scripts/demo-machines.ts", "--port", "0", "--control-port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let page = "";
  let controls = "";
  before(async () => {
    for await (const line of createInterface(child.stdout)) {
      page ||= /^Hash Finder\s+(\S+)$/.exec(line)?.[1] ?? "";
      controls ||= /^Machines\s+(\S+)$/.exec(line)?.[1] ?? "";
      if (line.includes("Ctrl-C")) break;
    }
  });
  after(async () => {
    child.kill("SIGTERM");
    await ended;
  });

  test("a search goes on while a machine is killed, and a Stop is heard by the others", async () => {
    const clients = clientsOver(createGrpcWebTransport({ baseUrl: page, httpVersion: "1.1" }));
    await untilActivity(page, ({ workers }) => workers === 3);
    const search = endless();
    const controller = new AbortController();
    const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
    const { hashesComputed } = await untilActivity(page, ({ workersBusy }) => workersBusy === 3);
    assert.equal((await press(1)).status, 303);
    await untilActivity(page, (now) => now.hashesComputed > hashesComputed + 50_000_000n);
    assert.match(await shown(), /Start machine 1.*Kill machine 2/s);
    controller.abort();
    await call;
    assert.ok((await reportOf(clients, search.searchId)).hops.length >= 2);
    assert.equal((await press(1)).status, 303);
    assert.match(await shown(), /Kill machine 1/);
    await untilActivity(page, ({ workers }) => workers === 3);
  });

  test("a page of another origin cannot kill a machine", async () => {
    const { status } = await press(2, { origin: "http://example.com" });
    assert.equal(status, 403);
    assert.match(await shown(), /Kill machine 2/);
  });

  test("Ctrl-C ends everything", async () => {
    child.kill("SIGINT");
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(fetch(page), { name: "TypeError" });
  });

  function press(machine: number, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${controls}/machines/${machine}`, { method: "POST", redirect: "manual", headers });
  }

  async function shown(): Promise<string> {
    return await (await fetch(controls)).text();
  }
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { pino } from "pino";
import { metricsPage } from "../../server/metrics/page.ts";

test("metrics that cannot be read are a 500 and a line of the log, and the process goes on", async () => {
  const logged: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  let isFailing = true;
  const text = async () => {
    if (isFailing) throw new Error("EMFILE: too many open files, uv_resident_set_memory");
    return { text: "up 1\n", contentType: "text/plain" };
  };
  const server = createServer(metricsPage({ text }, log)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  const failed = await fetch(url);
  assert.deepEqual([failed.status, await failed.text()], [500, "The metrics cannot be read now.\n"]);
  assert.partialDeepStrictEqual(logged, [{ msg: "the metrics cannot be read", level: 50 }]);
  isFailing = false;
  assert.equal(await (await fetch(url)).text(), "up 1\n");
  server.closeAllConnections();
  server.close();
});

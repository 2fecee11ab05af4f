import assert from "node:assert/strict";
import { test } from "node:test";
import { webClients } from "../support/clients.ts";
import { startServer } from "../support/server.ts";

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

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { untilActivity } from "../support/activity.ts";
import { endless, errorOf, webClients } from "../support/clients.ts";
import { refusedStart } from "../support/refused-start.ts";
import { startServer } from "../support/server.ts";

describe("the server's process", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    test(`ends by itself within 5 s of ${signal}, with searches and idle connections`, async () => {
      const server = await startServer({ args: ["--maximum-hashes", "0"] });
      await fetch(server.url);
      const ended = errorOf(webClients(server), "find", endless());
      await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
      const sentAt = performance.now();
      server.signal(signal);
      assert.equal(await server.ended(), 0);
      assert.ok(performance.now() - sentAt < 5000);
      await ended;
    });
  }

  test("counts the two signals of one Ctrl-C under npm as one", async () => {
    const server = await startServer({ args: ["--maximum-hashes", "0"] });
    const ended = errorOf(webClients(server), "find", endless());
    await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
    server.signal("SIGINT");
    // Not another SIGINT: the system hands two of a kind over as one.
    server.signal("SIGTERM");
    assert.equal(await server.ended(), 0);
    assert.match(String(await ended), /shutting down/);
  });

  test("ends at once when it is told again half a second later", async () => {
    const server = await startServer({ args: ["--drain-seconds", "20"] });
    server.signal();
    await server.untilLogged({ msg: "the server is leaving" });
    await setTimeout(600);
    server.signal();
    const toldAt = performance.now();
    assert.equal(await server.ended(), 1);
    assert.ok(performance.now() - toldAt < 2000);
  });

  test("says its addresses and limits", () => {
    const { stdout } = spawnSync(process.execPath, ["server/main.ts", "--help"], { encoding: "utf8" });
    for (const flag of [
      "--host",
      "--port",
      "--grpc-port",
      "--workers",
      "--maximum-hashes",
      "--maximum-seconds",
    ]) {
      assert.ok(stdout.includes(flag), flag);
    }
  });

  test("refuses an unknown flag in one line", async () => {
    assert.match(await refusedStart("--prot", "9000"), /^Unknown option '--prot'/);
  });

  test("refuses a port in use in one line", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as { port: number };
    for (const [flag, words] of [
      ["--port", "--port or --grpc-port"],
      ["--grpc-port", "--port or --grpc-port"],
      ["--scan-port", "--scan-port"],
      ["--metrics-port", "--metrics-port"],
    ] as const) {
      const said = await refusedStart(flag, String(port));
      assert.equal(said, `Port ${port} is in use. Choose another with ${words}.\n`);
    }
    holder.close();
  });

  test("is open to other machines by nobody's accident: it says what is missing, in one line", async () => {
    assert.match(
      await refusedStart("--host", "0.0.0.0"),
      /^--host 0\.0\.0\.0 is open .*--tls-cert .*--trusted-proxies.*--token-file.*--public.*\n$/,
    );
  });

  test("refuses a foreign address in one line", async () => {
    const exposed = ["--public", "--trusted-proxies", "203.0.113.1"];
    const said = await refusedStart("--host", "203.0.113.7", ...exposed);
    assert.match(said, /^The address 203\.0\.113\.7 .*--host\.\n$/);
  });
});

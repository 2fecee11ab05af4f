import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import type { RemoteWorkers } from "../../server/cluster/remote-workers.ts";
import type { Transport } from "../../server/edge/transport/transport.ts";
import type { Engine } from "../../server/engine/engine.ts";
import { Reloads } from "../../server/reloads.ts";
import { scanPort } from "../../server/scan-port.ts";
import { upstreamWorkers } from "../../server/upstream-workers.ts";
import { hasOneAddress } from "../support/callers.ts";
import { certificateOf, tlsFile } from "../support/certificates.ts";
import { testEngine } from "../support/engine.ts";
import { noLimits } from "../support/limits.ts";
import { until } from "../support/until.ts";

// For the name "localhost" and the address 127.0.0.1, not for 127.0.0.2.
const value = { ...certificateOf("machine"), ca: readFileSync(tlsFile("machines.ca.pem"), "utf8") };
const certificate = { files: [], value, read: () => value };

describe("a name over TLS", { skip: hasOneAddress }, () => {
  const engines: Engine[] = [];
  const ports: Transport[] = [];
  let port: number;
  before(async () => {
    for (const address of ["127.0.0.1", "127.0.0.2"]) {
      const engine = testEngine("reference");
      engines.push(engine);
      const transport = scanPortOf(engine, address);
      ports.push(transport);
      await transport.listen(address, port ?? 0);
      port ??= transport.port;
    }
  });
  after(async () => {
    await Promise.all(ports.map((transport) => transport.close(0)));
    await Promise.all(engines.map((engine) => engine.close()));
  });

  test("is an upstream for each of its addresses, whose certificate is of the name", async (t) => {
    const { workers } = workersOf(t, "localhost", ["127.0.0.1", "127.0.0.2"]);
    await until(() => workers.size === 4);
    assert.deepEqual(workers.instances.toSorted(), ["127.0.0.1", "127.0.0.2"]);
    const job = { name: "cat", idealDistance: 0, listedDistance: 0, start: 0n, count: 2000 };
    for (const asked of await Promise.all(Array.from({ length: 4 }, () => scanned(workers, job)))) {
      assert.deepEqual(asked, { tried: 1521, isConfirmed: true });
    }
  });

  test("is none where the certificate is of another name, whatever its addresses are", async (t) => {
    const { workers, refused } = workersOf(t, "workers.test", ["127.0.0.1"]);
    await until(() => refused().length > 0);
    assert.match(String(refused()[0]), /Host: workers\.test\. is not in the cert's altnames/);
    assert.equal(workers.size, 0);
  });

  /** @param name of which the addresses are said to be these */
  function workersOf(
    t: TestContext,
    name: string,
    addresses: readonly string[],
  ): { workers: RemoteWorkers; refused: () => unknown[] } {
    const entries: Record<string, unknown>[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => void entries.push(JSON.parse(line)) });
    const workers = upstreamWorkers(
      { upstreams: [`https://${name}:${port}`], upstreamSeats: undefined, upstreamTls: certificate },
      {
        serverInstance: "coordinator",
        reloads: new Reloads(log),
        log,
        lookUp: async (host) => {
          assert.equal(host, name);
          return addresses;
        },
      },
    );
    t.after(() => workers.close());
    return { workers, refused: () => entries.map(({ reason }) => reason) };
  }
});

function scanPortOf(engine: Engine, serverInstance: string): Transport {
  const log = pino({ level: "silent" });
  return scanPort(
    { scanTls: certificate, limits: noLimits },
    {
      engine,
      serverInstance,
      expectedHashesPerSecond: 0,
      upstreamInstances: () => [],
      leaving: new AbortController().signal,
      shutdown: new AbortController().signal,
      reloads: new Reloads(log),
      transport: {
        log,
        maximumConnectionsPerClient: 0,
        clientOf: (address) => address,
        callerOf: () => "",
      },
    },
  );
}

async function scanned(workers: RemoteWorkers, job: Parameters<RemoteWorkers["run"]>[0]) {
  const { promise, resolve } = Promise.withResolvers<{ tried?: number; isConfirmed?: boolean }>();
  workers.run(job, (result, hop) =>
    resolve({ tried: result?.tried ?? 0, isConfirmed: hop?.isConfirmed ?? false }),
  );
  return await promise;
}

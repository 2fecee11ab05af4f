import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { readActivity, untilActivity, untilIdle } from "../support/activity.ts";
import { clientsFrom, hasOneAddress } from "../support/callers.ts";
import { endless, errorOf, reportOf } from "../support/clients.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

for (const over of ["gRPC-Web", "native gRPC"] as const) {
  describe(`over ${over}, a call with the id of a search`, { skip: hasOneAddress }, () => {
    let server: TestServer;
    before(async () => {
      server = await startServer({ args: ["--maximum-hashes", "0"] });
    });
    after(async () => await stopCleanly(server));

    test("joins it from the same address, and is refused from any other", async () => {
      const [owner, other] = [clientsFrom(server, over, "127.0.0.2"), clientsFrom(server, over, "127.0.0.3")];
      const request = endless();
      const { signal, abort } = aborting();
      const first = errorOf(owner, "find", request, { signal });
      await untilActivity(server.url, ({ searches }) => searches === 1);
      const second = errorOf(owner, "find", request, { signal });
      await server.untilLogged({ msg: "the call joins the search that it started before" });
      for (const call of ["find", "findRange"] as const) {
        assert.equal((await errorOf(other, call, request))?.code, Code.AlreadyExists);
      }
      // Nor does it end the search of somebody else.
      assert.equal((await readActivity(server.url)).searches, 1);
      abort();
      for (const error of await Promise.all([first, second])) assert.equal(error?.code, Code.Canceled);
      const { ending } = await reportOf(owner, request.searchId);
      assert.equal(ending, Ending.CANCELLED);
      // What has ended is not answered to others either.
      assert.equal((await errorOf(other, "find", request))?.code, Code.AlreadyExists);
      await untilIdle(server.url);
    });

    test("gets the answer again from the same address, and from no other", async () => {
      const [owner, other] = [clientsFrom(server, over, "127.0.0.2"), clientsFrom(server, over, "127.0.0.3")];
      const request = { ...endless(), desiredName: "cat" };
      const found = await owner.finder.find(request);
      assert.deepEqual(await owner.finder.find(request), found);
      assert.equal((await errorOf(other, "find", request))?.code, Code.AlreadyExists);
      await untilIdle(server.url);
    });

    test("is refused when it asks for anything else", async () => {
      const clients = clientsFrom(server, over, "127.0.0.2");
      const request = { ...endless(), maximumHashes: 2n ** 60n };
      const { signal, abort } = aborting();
      const first = errorOf(clients, "find", request, { signal });
      await untilActivity(server.url, ({ searches }) => searches === 1);
      for (const other of [
        { maximumHashes: 2n ** 60n - 1n },
        { startIndex: 1n, maximumHashes: 2n ** 60n - 1n },
        { startIndex: 1n },
        { idealHammingDistance: 1 },
        { desiredName: "yyyyyyyyyyyy" },
      ]) {
        const error = await errorOf(clients, "find", { ...request, ...other });
        assert.equal(error?.code, Code.AlreadyExists, JSON.stringify(Object.keys(other)));
      }
      assert.equal((await errorOf(clients, "findRange", request))?.code, Code.AlreadyExists);
      abort();
      assert.equal((await first)?.code, Code.Canceled);
      await untilIdle(server.url);
    });
  });
}

function aborting(): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startFind, ways } from "../support/find.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { type TokenFile, tokenFile } from "../support/token-file.ts";

describe("the client for the terminal, at a server that asks for tokens", () => {
  let tokens: TokenFile;
  let server: TestServer;
  before(async () => {
    tokens = tokenFile("ann", "ben");
    server = await startServer({ args: ["--maximum-hashes", "0", "--token-file", tokens.path] });
  });
  after(async () => {
    await stopCleanly(server);
    tokens.remove();
  });
  const tokenOf = (name: string): string => tokens.header(name).authorization.slice("Bearer ".length);

  for (const [over, way] of Object.entries(ways)) {
    test(`over ${over} searches and proves its Stop with the token of its environment`, async () => {
      const environment = { HASH_FINDER_TOKEN: tokenOf("ann") };
      const found = startFind(["cat", ...way(server)], environment);
      assert.equal(await found.ended(), 0);
      const asked = { msg: "a search is asked for", name: "zzzzzzzzzzzz", client: "token:ann" };
      const before = server.logged(asked).length;
      const stopped = startFind(["zzzzzzzzzzzz", ...way(server), "--json"], environment);
      await server.untilLogged(asked, before + 1);
      stopped.signal("SIGINT");
      assert.equal(await stopped.ended(), 130);
      assert.match(stopped.words(), /The server confirms that/);
      await server.untilLogged({ msg: "search ended", cause: "cancelled", client: "token:ann" });
    });

    test(`over ${over} says what to do without one that is known, and never says it`, async () => {
      for (const token of ["", "hf_wrong-one"]) {
        const refused = startFind(["cat", ...way(server), "--json"], { HASH_FINDER_TOKEN: token });
        assert.equal(await refused.ended(), 6);
        assert.deepEqual(refused.lines(), ['{"ended":{"ending":"unauthenticated","exitCode":6}}']);
        assert.match(refused.words(), /asks for a token, .* Set HASH_FINDER_TOKEN to the one .*\n$/);
        assert.doesNotMatch(refused.words(), /wrong-one/);
      }
    });
  }

  test("refuses a token that cannot be one, without saying it", async () => {
    const refused = startFind(["cat"], { HASH_FINDER_TOKEN: "hf_secret words" });
    assert.equal(await refused.ended(), 2);
    assert.equal(
      refused.words(),
      "HASH_FINDER_TOKEN has characters that no token has. Set it to the token alone.\n",
    );
  });
});

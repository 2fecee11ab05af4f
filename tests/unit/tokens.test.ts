import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, IncomingMessage } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Health } from "../../proto/gen/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../../proto/gen/grpc/reflection/v1/reflection_pb.ts";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { SearchReportService } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { networksIn } from "../../server/edge/client.ts";
import { askForToken, mayCall } from "../../server/edge/who/admitted.ts";
import { identifyBy } from "../../server/edge/who/identity.ts";
import { newToken } from "../../server/edge/who/new-token.ts";
import { TokenFileError, tokenEntriesIn } from "../../server/edge/who/token-file.ts";
import { Tokens } from "../../server/edge/who/tokens.ts";

const hash = (i: number): string => `sha256:${createHash("sha256").update(String(i)).digest("hex")}`;

describe("a token file", () => {
  test("has a name, a hash and limits on each line; comments and empty lines are left out", () => {
    const entries = tokenEntriesIn(
      `# people\n \t\r\nann ${hash(1)} searches=2 hashes=1_000_000 seconds=30\r\n  ben.b@example.org\t \t${hash(2)}\n` +
        `cy ${hash(3)} searches-per-minute=6 hash-credit=9_007_199_254_740_991 hash-credit-per-second=5\n` +
        `di ${hash(4)} searches-per-minute=0 hash-credit=0`,
    );
    assert.deepEqual(
      entries.map(({ name, limits }) => [name, limits]),
      [
        ["ann", { maximumSearches: 2, maximumHashes: 1_000_000n, maximumTimeMs: 30_000 }],
        ["ben.b@example.org", {}],
        ["cy", { searchesPerMinute: 6, hashCredit: Number.MAX_SAFE_INTEGER, hashCreditPerSecond: 5 }],
        ["di", { searchesPerMinute: 0, hashCredit: 0 }],
      ],
    );
    assert.equal(entries[0]?.digest.toString("hex"), hash(1).slice(7));
  });

  for (const [about, text, words] of [
    ["no token", "# none\n\n", /^there is no token in it/],
    ["a name that is none", `ann/b ${hash(1)}`, /^line 1 begins with no name/],
    ["no hash", "\nann", /^line 2 has no hash after its name/],
    ["a hash of another kind", `ann ${hash(1).replace("sha256", "md5")}`, /^line 1 has no hash/],
    ["a hash that is too short", `ann ${hash(1).slice(0, -1)}`, /^line 1 has no hash/],
    ["a hash that is too long", `ann ${hash(1)}0`, /^line 1 has no hash/],
    ["something before a hash", `ann x${hash(1)}`, /^line 1 has no hash/],
    [
      "a limit that is not known",
      `ann ${hash(1)} search=2`,
      /^line 1 has a limit that is none\. Use searches=NUMBER, .*hash-credit-per-second=NUMBER\.$/,
    ],
    ["something before a limit", `ann ${hash(1)} 0searches=2`, /^line 1 has a limit that is none/],
    ["something after a limit", `ann ${hash(1)} searches=2.5`, /^line 1 has a limit that is none/],
    ["a limit of an object", `ann ${hash(1)} constructor=2`, /^line 1 has a limit that is none/],
    ["a limit that is no number", `ann ${hash(1)} searches=_`, /^line 1 has a limit that is none/],
    [
      "a time that no timer can hold",
      `ann ${hash(1)} seconds=2147484`,
      /^line 1 has a limit that is too large: seconds is at most 2147483\.$/,
    ],
    [
      "a number that is none of JavaScript's",
      `ann ${hash(1)} hash-credit=9007199254740993`,
      /^line 1 .*: hash-credit is at most 9007199254740991\.$/,
    ],
    ["a credit that never comes back", `ann ${hash(1)} hash-credit=1`, /^line 1 .*: give both\.$/],
    ["a rate without a credit", `ann ${hash(1)} hash-credit-per-second=1`, /^line 1 .*: give both\.$/],
    ["a name twice", `ann ${hash(1)}\n\nann ${hash(2)}`, /^line 3 has the name of line 1/],
    ["a token twice", `ann ${hash(1)}\nben ${hash(1)}`, /^line 2 has the token of line 1/],
  ] as const) {
    test(`with ${about} is refused in one line`, () => {
      assert.throws(
        () => tokenEntriesIn(text),
        (error: unknown) =>
          error instanceof TokenFileError && words.test(error.message) && !error.message.includes("\n"),
      );
    });
  }

  test("of many thousands is looked into as quickly as one of few", () => {
    const many = tokenEntriesIn(Array.from({ length: 20_000 }, (_, i) => `n${i} ${hash(i)}`).join("\n"));
    const tokens = new Tokens(many);
    const startedMs = performance.now();
    for (let i = 0; i < 1000; i++) tokens.find("Bearer hf_unknown");
    const eachMs = (performance.now() - startedMs) / 1000;
    assert.ok(eachMs < 0.5, `${eachMs} ms`);
  });

  test("that is wrong is told of by line, never by what it holds: that may be a token", () => {
    const { token } = newToken("ann");
    for (const text of [
      token,
      `ann ${token}`,
      `${token} ann`,
      `ann ${hash(1)} ${token}`,
      `ann sha256:${token}`,
    ]) {
      assert.throws(
        () => tokenEntriesIn(text),
        (error: Error) => !error.message.includes(token.slice(3, 12)),
      );
    }
  });
});

describe("tokens", () => {
  const [ann, ben] = [newToken("ann"), newToken("ben")];
  const entries = tokenEntriesIn(`${ann.line}\n${ben.line} searches=1`);

  test("are 256 random bits each, and the file has nothing of them", () => {
    assert.match(ann.token, /^hf_[\w-]{43}$/);
    assert.notEqual(ann.token, newToken("ann").token);
    assert.ok(!ann.line.includes(ann.token.slice(3)));
  });

  test("are known by their header alone, and each by its name", () => {
    const tokens = new Tokens(entries);
    assert.equal(tokens.find(`Bearer ${ann.token}`)?.name, "ann");
    assert.deepEqual(tokens.find(`bearer  ${ben.token} `)?.limits, { maximumSearches: 1 });
    for (const wrong of [
      "",
      "Bearer",
      "Bearer ",
      ann.token,
      `Basic ${ann.token}`,
      `xBearer ${ann.token}`,
      `Basic Bearer ${ann.token}`,
      `Bearer ${ann.token} x`,
      `Bearer ${ann.token.slice(0, -1)}`,
      `Bearer ${ann.token.toUpperCase()}`,
    ]) {
      assert.equal(tokens.find(wrong), undefined, wrong);
    }
    // A hash is no token: who has read the file knows none.
    assert.equal(tokens.find(`Bearer ${ann.line.split(" ")[1]}`), undefined);
    fc.assert(
      fc.property(
        fc.string(),
        (other) => tokens.find(`Bearer ${other}`) === undefined || other === ann.token,
      ),
    );
  });

  test("are never nothing, not even where the file has the hash of nothing", () => {
    const nothing = createHash("sha256").update("").digest("hex");
    const tokens = new Tokens(tokenEntriesIn(`ann sha256:${nothing}`));
    for (const header of ["", "Bearer", "Bearer ", "Basic YTpi"])
      assert.equal(tokens.find(header), undefined);
  });

  test("that are taken away are told to who listens, and others are not", () => {
    const tokens = new Tokens(entries);
    const told: string[] = [];
    const annToken = tokens.find(`Bearer ${ann.token}`);
    annToken?.onRemoved(() => told.push("ann"));
    annToken?.onRemoved(() => told.push("let go"))();
    tokens.find(`Bearer ${ben.token}`)?.onRemoved(() => told.push("ben"));
    // The same with another limit is the same.
    assert.deepEqual(tokens.replace(tokenEntriesIn(`${ann.line} searches=3\n${ben.line}`)), []);
    assert.deepEqual(tokens.find(`Bearer ${ann.token}`)?.limits, { maximumSearches: 3 });
    // Also for a call that was there before.
    assert.deepEqual(annToken?.limits, { maximumSearches: 3 });
    // The same name with another token is not.
    assert.deepEqual(tokens.replace(tokenEntriesIn(`${newToken("ann").line}\n${ben.line}`)), ["ann"]);
    assert.deepEqual(told, ["ann"]);
    assert.equal(tokens.find(`Bearer ${ann.token}`), undefined);
    assert.equal(tokens.count, 2);
    // Nor is the same token of another name, whose calls are not the first one's.
    const eve = tokenEntriesIn(`ann ${hash(1)}\neve ${ben.line.split(" ")[1]}`);
    assert.deepEqual(tokens.replace(eve), ["ann", "ben"]);
    assert.deepEqual(told, ["ann", "ben"]);
    assert.equal(tokens.find(`Bearer ${ben.token}`)?.name, "eve");
    // With nobody who listens.
    assert.deepEqual(tokens.replace([]), ["ann", "eve"]);
  });

  test("are listened to until that is stopped, however often that is", () => {
    const tokens = new Tokens(entries);
    const token = tokens.find(`Bearer ${ann.token}`);
    const told: string[] = [];
    const stop = token?.onRemoved(() => told.push("one that has stopped"));
    stop?.();
    token?.onRemoved(() => told.push("one that came later"));
    stop?.();
    tokens.replace(tokenEntriesIn(ben.line));
    assert.deepEqual(told, ["one that came later"]);
  });
});

describe("who calls", () => {
  const { token, line } = newToken("ann");
  const tokens = new Tokens(tokenEntriesIn(`${line} searches=2`));
  const trustedProxies = networksIn("10.0.0.0/8");
  const uuid = "9F0C2F3C-8B0F-4E6D-9D9A-0A1B2C3D4E5F";

  test("is a token's name, whatever its address", () => {
    for (const address of ["192.0.2.1", "10.0.0.1"]) {
      const { client, owner, name, limits, isAdmitted } = identifyBy({ trustedProxies, tokens })(
        request(address, { authorization: `Bearer ${token}`, "search-owner": uuid }),
      );
      assert.deepEqual([client, owner, name, isAdmitted], ["token:ann", "token:ann", "ann", true]);
      assert.deepEqual(limits, { maximumSearches: 2 });
    }
  });

  test("is not admitted without a token that is known, and counts by its address", () => {
    for (const headers of [{}, { authorization: `Bearer ${token}x` }, { authorization: "Basic YTpi" }]) {
      const { client, name, isAdmitted } = identifyBy({ trustedProxies, tokens })(
        request("192.0.2.1", headers),
      );
      assert.deepEqual([client, name, isAdmitted], ["192.0.2.1", "", false]);
    }
  });

  test("is an address where nothing else is asked for, and its searches are by a UUID of its own", () => {
    const who = identifyBy({ trustedProxies });
    const plain = who(request("192.0.2.1", { authorization: "Basic YTpi" }));
    assert.deepEqual([plain.client, plain.owner, plain.isAdmitted], ["192.0.2.1", "192.0.2.1", true]);
    const chosen = who(request("192.0.2.1", { "search-owner": uuid }));
    assert.deepEqual([chosen.client, chosen.owner], ["192.0.2.1", `chosen:${uuid.toLowerCase()}`]);
    for (const none of ["", "192.0.2.2", "token:ann", `${uuid}, ${uuid}`]) {
      assert.equal(who(request("192.0.2.1", { "search-owner": none })).owner, "192.0.2.1");
    }
    assert.equal(who(request("192.0.2.1", { "search-owner": [uuid] })).owner, "192.0.2.1");
  });

  test("is the subject of a certificate, but a proxy's says nothing of who calls it", () => {
    const who = identifyBy({ trustedProxies, tokens, isCertified: true });
    const of = (address: string, certificate: object, headers = {}) => {
      const { client, isAdmitted } = who(request(address, headers, certificate));
      return [client, isAdmitted];
    };
    assert.deepEqual(of("192.0.2.1", { subject: { CN: "ben" } }), ["certificate:ben", true]);
    assert.deepEqual(of("192.0.2.1", { subject: {}, fingerprint256: "AB:CD" }), ["certificate:AB:CD", true]);
    // Which other certificates may have as well.
    for (const CN of ["", ["ben", "ann"]]) {
      assert.deepEqual(of("192.0.2.1", { subject: { CN }, fingerprint256: "AB:CD" }), [
        "certificate:AB:CD",
        true,
      ]);
    }
    // Of a connection that is closed nothing is known.
    assert.deepEqual(of("192.0.2.1", {}), ["192.0.2.1", false]);
    assert.deepEqual(of("10.0.0.1", { subject: { CN: "proxy" } }, { "x-forwarded-for": "192.0.2.9" }), [
      "192.0.2.9",
      false,
    ]);
    // A token that is not known is refused even so.
    const wrong = { authorization: "Bearer wrong" };
    assert.deepEqual(of("192.0.2.1", { subject: { CN: "ben" } }, wrong), ["192.0.2.1", false]);
    const right = { authorization: `Bearer ${token}` };
    assert.deepEqual(of("192.0.2.1", { subject: { CN: "ben" } }, right), ["token:ann", true]);
  });
});

describe("who is not admitted", () => {
  const nobody = identifyBy({ trustedProxies: [], tokens: new Tokens([]) })(request("192.0.2.1", {}));
  const anybody = identifyBy({ trustedProxies: [] })(request("192.0.2.1", {}));

  test("may ask for the server's health, as balancers do, and for nothing else", () => {
    assert.ok(mayCall(nobody, Health.typeName));
    for (const { typeName } of [HashFinder, SearchReportService, ServerReflection]) {
      assert.ok(!mayCall(nobody, typeName), typeName);
      assert.ok(mayCall(anybody, typeName), typeName);
    }
    for (const near of ["", "grpc.health.v1", `${Health.typeName}x`]) assert.ok(!mayCall(nobody, near), near);
  });

  test("is told so in the protocol that was spoken, and what to send", async () => {
    const asking = createServer(askForToken).listen(0, "127.0.0.1");
    await once(asking, "listening");
    const url = `http://127.0.0.1:${(asking.address() as AddressInfo).port}`;
    const words =
      "Cannot answer without a valid token. Send it in the header authorization, as Bearer and the token.";
    try {
      const plain = await fetch(url, { method: "POST" });
      assert.equal(plain.status, 401);
      assert.deepEqual(await plain.json(), { code: "unauthenticated", message: words });
      const grpc = await fetch(url, { method: "POST", headers: { "content-type": "application/grpc-web" } });
      assert.equal(await grpc.text(), "");
      const { "grpc-status": status, "grpc-message": message = "" } = Object.fromEntries(grpc.headers);
      assert.deepEqual([grpc.status, status, decodeURIComponent(message)], [200, "16", words]);
    } finally {
      asking.closeAllConnections();
      asking.close();
    }
  });
});

function request(
  remoteAddress: string,
  headers: IncomingMessage["headers"],
  certificate = {},
): IncomingMessage {
  const socket = Object.assign(new Socket(), { getPeerCertificate: () => certificate });
  Object.defineProperty(socket, "remoteAddress", { value: remoteAddress });
  return Object.assign(new IncomingMessage(socket), { headers });
}

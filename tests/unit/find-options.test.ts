import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Options, optionsFrom, UsageError } from "../../cli/options.ts";

describe("the flags of the client for the terminal", () => {
  test("have the published example's defaults", () => {
    assert.deepEqual(read("doctor"), {
      name: "doctor",
      idealDistance: 0,
      interestingDistance: undefined,
      server: { url: "http://localhost:50051", text: "localhost:50051", scheme: undefined },
      protocol: "grpc",
      token: undefined,
      startIndex: 0n,
      maximumHashes: 0n,
      maximumMs: 0,
      json: false,
    });
  });

  test("list near misses up to the interesting distance, under the published name too", () => {
    assert.equal(read("doctor", "--interesting-distance", "2").interestingDistance, 2);
    assert.equal(read("doctor", "--show-inferior=2").interestingDistance, 2);
    assert.equal(read("doctor", "--interesting-distance", "0").interestingDistance, 0);
  });

  test("choose the protocol by the server's address, unless it is given", () => {
    const chosen = (server: string, ...more: string[]) => read("cat", "--server", server, ...more).protocol;
    assert.equal(chosen("10.0.0.1:50051"), "grpc");
    assert.equal(chosen("[::1]:80"), "grpc");
    assert.equal(chosen("http://localhost:8080"), "grpc-web");
    assert.equal(chosen("https://example.org"), "grpc");
    assert.equal(chosen("HTTPS://example.org/", "--protocol", "connect"), "connect");
    assert.equal(chosen("localhost:8080", "--protocol", "grpc-web"), "grpc-web");
  });

  test("take the server from the environment, unless it is given", () => {
    const environment = { HASH_FINDER_SERVER: "http://there:1" };
    assert.equal(options(["cat"], environment).server.url, "http://there:1");
    assert.equal(options(["cat", "--server", "here:2"], environment).server.url, "http://here:2");
  });

  test("read numbers to their bounds", () => {
    assert.equal(read("cat", "--maximum-hashes", "1_000_000").maximumHashes, 1_000_000n);
    assert.equal(read("cat", "--maximum-hashes", String(2n ** 64n - 1n)).maximumHashes, 2n ** 64n - 1n);
    assert.equal(read("cat", "--start-index", String(2n ** 64n - 2n)).startIndex, 2n ** 64n - 2n);
    assert.equal(read("cat", "--maximum-seconds", "2147483").maximumMs, 2_147_483_000);
  });

  for (const [args, says] of [
    [[], "There is no name to search for. Write it first: npm run find -- doctor."],
    [["to", "be"], 'One name can be searched for at a time, not "to be".'],
    [
      ["a-b"],
      'Cannot search for "a-b": "-" never appears in these hashes. Use letters, digits, + or /, and = only at the end.',
    ],
    [
      ["cat", "--ideal-distance", "4"],
      'Cannot search for "cat": The ideal distance must be 0 to 3, the length of the name.',
    ],
    [
      ["cat", "--ideal-distance", "2", "--show-inferior", "1"],
      'Cannot search for "cat": The interesting distance must be 0 for none, or at least the ideal distance.',
    ],
    [["cat", "--ideal-distance", "one"], '--ideal-distance must be a whole number from 0 to 28, not "one".'],
    [
      ["cat", "--start-index", String(2n ** 64n - 1n)],
      `--start-index must be a whole number from 0 to ${2n ** 64n - 2n}, not "${2n ** 64n - 1n}".`,
    ],
    [
      ["cat", "--maximum-seconds", "2147484"],
      '--maximum-seconds must be a whole number from 0 to 2147483, not "2147484".',
    ],
    [
      ["cat", "--show-inferior", "2", "--interesting-distance", "2"],
      "--interesting-distance and --show-inferior are the same: give one of them.",
    ],
    [["cat", "--protocol", "soap"], '--protocol must be grpc, grpc-web or connect, not "soap".'],
    [
      ["cat", "--server", "localhost"],
      '--server must be HOST:PORT or a URL such as http://localhost:8080, not "localhost".',
    ],
    [
      ["cat", "--server", "http://a/b"],
      '--server must be HOST:PORT or a URL such as http://localhost:8080, not "http://a/b".',
    ],
    [
      ["cat", "--server", "a b:1"],
      '--server must be HOST:PORT or a URL such as http://localhost:8080, not "a b:1".',
    ],
    [["cat", "--prot", "x"], "Unknown option '--prot'. See npm run find -- --help."],
    [["cat", "--server"], "Option '--server <value>' argument missing. See npm run find -- --help."],
  ] as const) {
    test(`refuse "${args.join(" ")}" and say what to write`, () => {
      assert.throws(
        () => read(...args),
        (error) => error instanceof UsageError && error.message === says,
      );
    });
  }
});

function read(...args: readonly string[]): Options {
  return options(args, {});
}

function options(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const options = optionsFrom(args, environment);
  assert.ok(typeof options === "object");
  return options;
}

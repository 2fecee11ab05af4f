import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shortenDeadlines } from "../../server/edge/deadline.ts";

describe("a deadline", () => {
  for (const [name, given, kept] of [
    ["grpc-timeout", "2147483S", "2147483S"],
    ["grpc-timeout", "2147484S", "2147483S"],
    ["grpc-timeout", "99999999m", "99999999m"],
    ["grpc-timeout", "99999999u", "99999999u"],
    ["grpc-timeout", "35791M", "35791M"],
    ["grpc-timeout", "35792M", "2147483S"],
    ["grpc-timeout", "596H", "596H"],
    ["grpc-timeout", "597H", "2147483S"],
    ["grpc-timeout", "99999999H", "2147483S"],
    ["grpc-timeout", "0S", "0S"],
    ["grpc-timeout", "123456789S", "123456789S"],
    ["grpc-timeout", "9999999999", "9999999999"],
    ["connect-timeout-ms", "2147483646", "2147483646"],
    ["connect-timeout-ms", "2147483647", "2147483647"],
    ["connect-timeout-ms", "2147483648", "2147483647"],
    ["connect-timeout-ms", "9999999999", "2147483647"],
    ["connect-timeout-ms", "10000000000", "10000000000"],
    ["connect-timeout-ms", "a year", "a year"],
  ] as const) {
    test(`of ${name}: ${given} is given to Connect as ${kept}`, () => {
      const header = new Headers({ [name]: given });
      shortenDeadlines(header);
      assert.deepEqual([...header], [[name, kept]]);
    });
  }

  test("that is not there stays away", () => {
    const header = new Headers();
    shortenDeadlines(header);
    assert.deepEqual([...header], []);
  });
});

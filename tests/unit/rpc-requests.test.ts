import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { HashNameRequestSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { candidateSpace, isUuid } from "../../proto/rules.ts";
import { invalid, searchRequestOf } from "../../server/rpc/requests.ts";

type Fields = NonNullable<Parameters<typeof create<typeof HashNameRequestSchema>>[1]>;

describe("a request becomes a query", () => {
  test("with everything that it says", () => {
    const { id, query } = asked({
      desiredName: "Doctor",
      idealHammingDistance: 1,
      interestingHammingDistance: 3,
      startIndex: 7n,
      searchId: "123E4567-E89B-42D3-A456-426614174000",
    });
    assert.equal(id, "123e4567-e89b-42d3-a456-426614174000");
    assert.deepEqual(query, {
      name: "Doctor",
      idealDistance: 1,
      listedDistance: 3,
      start: 7n,
      end: candidateSpace,
      budgeted: false,
    });
  });

  test("with an id of its own when it has none", () => {
    const [first, second] = [asked({}).id, asked({}).id];
    assert.ok(isUuid(first));
    assert.notEqual(first, second);
  });

  test("that lists ideal matches alone when only the ideal one is asked for", () => {
    const { query } = asked({ idealHammingDistance: 1, interestingHammingDistance: 3 }, 0n, "ideal");
    assert.equal(query.listedDistance, 1);
  });

  test("that lists ideal matches also when no others are interesting", () => {
    assert.equal(asked({ idealHammingDistance: 2 }).query.listedDistance, 2);
  });

  for (const [own, server, wanted] of [
    [0n, 0n, undefined],
    [5n, 0n, 5n],
    [1n, 0n, 1n],
    [0n, 7n, 7n],
    [5n, 7n, 5n],
    [7n, 5n, 5n],
    [candidateSpace, 0n, undefined],
  ] as const) {
    test(`within a budget of its own of ${own}, and the server's of ${server}`, () => {
      const { query } = asked({ maximumHashes: own, startIndex: 100n }, server);
      assert.equal(query.budgeted, wanted !== undefined);
      assert.equal(query.end, wanted === undefined ? candidateSpace : 100n + wanted);
    });
  }

  test("without a budget when that would reach to the end of the space anyway", () => {
    const near = candidateSpace - 10n;
    assert.equal(asked({ startIndex: near, maximumHashes: 9n }).query.budgeted, true);
    for (const maximumHashes of [10n, 11n]) {
      const { query } = asked({ startIndex: near, maximumHashes });
      assert.deepEqual([query.budgeted, query.end], [false, candidateSpace]);
    }
  });
});

describe("a request that breaks rules", () => {
  test("is refused for a single one", () => {
    assert.throws(() => asked({ searchId: "x" }), /The search id must be a UUID/);
  });

  test("is refused with all of them, by field and in one message", () => {
    assert.throws(
      () => asked({ desiredName: "a-", searchId: "x" }),
      (error) => {
        assert.ok(error instanceof ConnectError);
        assert.equal(error.code, Code.InvalidArgument);
        const [request] = error.findDetails(BadRequestSchema);
        const found = request?.fieldViolations ?? [];
        assert.deepEqual(
          found.map(({ field }) => field),
          ["desired_name", "search_id"],
        );
        assert.equal(error.rawMessage, found.map(({ description }) => description).join(" "));
        assert.match(error.rawMessage, /never appears.* The search id must/);
        return true;
      },
    );
  });

  test("is INVALID_ARGUMENT with the words that it is given", () => {
    const error = invalid([{ field: "key", description: "It is empty." }]);
    assert.equal(error.code, Code.InvalidArgument);
    assert.equal(error.rawMessage, "It is empty.");
    assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, "key");
  });
});

function asked(fields: Fields, maximumHashes = 0n, lists: "ideal" | "interesting" = "interesting") {
  return searchRequestOf(
    create(HashNameRequestSchema, { desiredName: "abcd", ...fields }),
    lists,
    maximumHashes,
  );
}

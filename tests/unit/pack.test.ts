import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { HashNameResponseSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { firstIndexOfLength } from "../../server/kernel/candidate.ts";
import { MatchCollector } from "../../server/kernel/match-list.ts";
import { packMatches } from "../../server/matches/pack.ts";
import { messagesIn } from "../../server/matches/unpack.ts";
import { framed } from "../support/frames.ts";
import { matchAt, matchesIn } from "../support/matches.ts";

// Where secrets grow longer, where indexes stop being exact as numbers, and the
// end of the space.
const edges = [
  ...Array.from({ length: 9 }, (_, length) => firstIndexOfLength(length)),
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 2n,
];

const start = fc
  .tuple(fc.constantFrom(...edges), fc.bigInt({ min: -5000n, max: 5000n }))
  .map(([edge, away]) => edge + away)
  .filter((index) => index >= 0n && index < 2n ** 64n - 6000n);

const found = fc.record({
  index: fc.nat({ max: 5000 }),
  distance: fc.nat({ max: 28 }),
  offset: fc.nat({ max: 27 }),
  digest: fc.uint8Array({ minLength: 20, maxLength: 20 }),
});

describe("packed matches", () => {
  test("are the bytes that protobuf writes, in frames, wherever a scan starts", () => {
    fc.assert(
      fc.property(start, fc.uniqueArray(found, { selector: ({ index }) => index }), (from, matches) => {
        const collector = new MatchCollector();
        for (const { index, distance, offset, digest } of matches.toSorted((a, b) => a.index - b.index)) {
          collector.add(index, distance, offset, digest);
        }
        const list = collector.take();
        const packed = packMatches(list, from, 3);
        const plain = Array.from({ length: list.length }, (_, row) => matchAt(list, row, from));
        assert.deepEqual([...matchesIn(packed.frames)], plain);
        const bytes = [...messagesIn(packed.frames)].map((message) =>
          framed(toBinary(HashNameResponseSchema, message)),
        );
        assert.deepEqual(Buffer.from(packed.frames), Buffer.concat(bytes));
        assert.equal(packed.ends.at(-1) ?? 0, packed.frames.length);
        assert.equal(packed.endsIdeal, (plain.at(-1)?.distance ?? 28) <= 3);
      }),
      { numRuns: 300 },
    );
  });

  test("leave out what is zero, as protobuf does", () => {
    const collector = new MatchCollector();
    collector.add(0, 0, 0, new Uint8Array(20));
    const { frames } = packMatches(collector.take(), 0n, 0);
    const message = create(HashNameResponseSchema, { hashedName: `${"A".repeat(27)}=` });
    assert.deepEqual(Buffer.from(frames), framed(toBinary(HashNameResponseSchema, message)));
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Labour, Manners, Scenario } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import {
  type CountInput,
  countViolations,
  labSentence,
  millisecondsOf,
  rehearsalViolations,
  rehearseViolations,
  type WorkInput,
  workViolations,
} from "../../proto/lab-rules.ts";

const rehearsalId = "123e4567-e89b-42d3-a456-426614174000";
const work: WorkInput = { rehearsalId, call: "a", manners: 1, labour: 1, serversBehind: 0 };
const count: CountInput = { rehearsalId, call: "a", manners: 1, messageBytes: 0, messages: 0 };

describe("the lab's rules", () => {
  for (const [input, wanted] of [
    [{}, []],
    [{ rehearsalId: "mine" }, ["rehearsal_id"]],
    [{ call: "" }, ["call"]],
    [{ call: "🌱".repeat(32) }, []],
    [{ call: "a".repeat(33) }, ["call"]],
    [{ time: { seconds: 10n, nanos: 0 } }, []],
    [{ time: { seconds: 10n, nanos: 1 } }, ["time"]],
    [{ time: { seconds: 0n, nanos: -1 } }, ["time"]],
    [{ manners: 0 }, ["manners"]],
    [{ manners: Manners.IGNORES }, []],
    [{ manners: 3 }, ["manners"]],
    [{ labour: 0 }, ["labour"]],
    [{ labour: Labour.COMPUTES }, []],
    [{ labour: 3 }, ["labour"]],
    [{ serversBehind: 2 }, []],
    [{ serversBehind: 3 }, ["servers_behind"]],
    [{ call: "", labour: 0 }, ["call", "labour"]],
  ] as const) {
    test(`of work: ${JSON.stringify(input, printable)} breaks ${wanted.join(", ") || "none"}`, () => {
      assert.deepEqual(workViolations({ ...work, ...input }), wanted);
    });
  }

  for (const [input, wanted] of [
    [{}, []],
    [{ rehearsalId: "" }, ["rehearsal_id"]],
    [{ call: "a".repeat(33) }, ["call"]],
    [{ interval: { seconds: 1n, nanos: 0 } }, []],
    [{ interval: { seconds: 1n, nanos: 1 } }, ["interval"]],
    [{ interval: { seconds: -1n, nanos: 0 } }, ["interval"]],
    [{ messageBytes: 65_536 }, []],
    [{ messageBytes: 65_537 }, ["message_bytes"]],
    [{ messages: 100_000 }, []],
    [{ messages: 100_001 }, ["messages"]],
    [{ manners: 0 }, ["manners"]],
    [{ manners: 3 }, ["manners"]],
  ] as const) {
    test(`of a count: ${JSON.stringify(input, printable)} breaks ${wanted.join(", ") || "none"}`, () => {
      assert.deepEqual(countViolations({ ...count, ...input }), wanted);
    });
  }

  test("of rehearsals ask for a UUID and a scenario that there is", () => {
    assert.deepEqual(rehearsalViolations({ rehearsalId }), []);
    assert.deepEqual(rehearsalViolations({ rehearsalId: "x" }), ["rehearsal_id"]);
    assert.deepEqual(rehearseViolations({ rehearsalId: "x", scenario: 0 }), ["rehearsal_id", "scenario"]);
    const last = Math.max(...Object.values(Scenario).filter((value) => typeof value === "number"));
    assert.deepEqual(rehearseViolations({ rehearsalId, scenario: last }), []);
    assert.deepEqual(rehearseViolations({ rehearsalId, scenario: last + 1 }), ["scenario"]);
  });

  test("say what to do, in sentences", () => {
    assert.equal(labSentence("time"), "The time of the work must be 0 to 10 s.");
    assert.match(labSentence("rehearsal_id"), /must be a UUID/);
  });

  test("read a Duration in milliseconds, and none as 0", () => {
    assert.equal(millisecondsOf(undefined), 0);
    assert.equal(millisecondsOf({ seconds: 2n, nanos: 1_500_000 }), 2001.5);
  });
});

function printable(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

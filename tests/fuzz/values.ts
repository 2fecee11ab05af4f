import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import { scanContractVersion } from "../../proto/scan-contract.ts";
import type { Random } from "../support/random.ts";

/** What messages are made for. */
export interface Values {
  readonly random: Random;
  /** A rehearsal that is open for the case. */
  readonly rehearsalId: string;
  /** Ids that several cases share, so that searches and reports meet. */
  readonly sharedIds: readonly string[];
}

// Of each field that has rules: what is mostly right, so that calls get past them.
// A field that is not listed gets anything of its type.
const usual: Readonly<Record<string, (values: Values) => unknown>> = {
  desired_name: ({ random }) =>
    random.pick([
      "a",
      "zz",
      "cat",
      "foo",
      "Doctor",
      "abc=",
      "4+",
      "zzzzzzzzzzzz",
      "=",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]),
  ideal_hamming_distance: ({ random }) => random.pick([0, 0, 1]),
  interesting_hamming_distance: ({ random }) => random.pick([0, 1, 1]),
  listed_hamming_distance: ({ random }) => random.pick([1, 1, 2]),
  start_index: ({ random }) => random.pick([0n, 0n, 1n, 257n, 65_793n, 2n ** 40n, 2n ** 64n - 2n]),
  maximum_hashes: ({ random }) => random.pick([0n, 1n, 1000n, 20_000n]),
  count: ({ random }) => random.pick([1n, 1000n, 50_000n]),
  search_id: ({ random, sharedIds }) =>
    random.chance(0.3) ? random.pick(sharedIds) : random.chance(0.5) ? random.uuid() : "",
  search_ids: ({ random, sharedIds }) =>
    Array.from({ length: random.int(0, 3) }, () => random.pick(sharedIds)),
  reason: ({ random }) => random.pick(["", "Stop button", "x".repeat(200)]),
  key: ({ random }) => random.pick(["a", "key", "鍵", "k".repeat(64)]),
  rehearsal_id: ({ rehearsalId }) => rehearsalId,
  call: ({ random }) => random.pick(["call", "c".repeat(32)]),
  time: ({ random }) => ({ seconds: 0n, nanos: random.pick([0, 1, 20_000_000]) }),
  interval: ({ random }) => ({ seconds: 0n, nanos: random.pick([0, 1_000_000]) }),
  manners: ({ random }) => random.pick([1, 2]),
  labour: ({ random }) => random.pick([1, 2]),
  servers_behind: ({ random }) => random.pick([0, 0, 0, 1]),
  message_bytes: ({ random }) => random.pick([0, 1, 1000]),
  messages: ({ random }) => random.pick([0, 1, 10]),
  service: ({ random }) => random.pick(["", "hash_name.HashFinder", "no.such.Service"]),
  contract_version: () => scanContractVersion,
};

const texts = [
  "",
  "a",
  "a b",
  "a-b",
  "zoë",
  "😀",
  "a=b",
  "\0",
  "a\nb",
  "b".repeat(28),
  "a".repeat(29),
  "a".repeat(65),
  "a".repeat(201),
  "x".repeat(5000),
  "123e4567-e89b-42d3-a456-426614174000",
  "123E4567-E89B-42D3-A456-42661417400",
  "%00%0d%0a",
  "__proto__",
];
const smallInts = [0, 1, -1, 2, 3, 12, 28, 29, 64, 65, 65_536, 65_537, 100_001, 2 ** 31 - 1, -(2 ** 31)];
const largeInts = [0n, 1n, -1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];

/** A message whose fields are within their bounds, or at and beyond them. */
export function messageOf(schema: DescMessage, values: Values): Message {
  // Few of several fields are odd, so that each is met in an otherwise good message.
  const oddness = values.random.pick([0, 0, 0.15, 0.5]);
  return create(schema, fieldsOf(schema, values, oddness));
}

function fieldsOf(schema: DescMessage, values: Values, oddness: number, depth = 0): Record<string, unknown> {
  const { random } = values;
  const init: Record<string, unknown> = {};
  for (const member of schema.members) {
    if (member.kind === "oneof") {
      const field = random.pick(member.fields);
      init[member.localName] = { case: field.localName, value: fieldValue(field, values, oddness, depth) };
    } else {
      init[member.localName] = fieldValue(member, values, oddness, depth);
    }
  }
  return init;
}

function fieldValue(field: DescField, values: Values, oddness: number, depth: number): unknown {
  const { random } = values;
  const known = usual[field.name];
  if (known && !random.chance(oddness)) return known(values);
  switch (field.fieldKind) {
    case "scalar":
      return scalarOf(field.scalar, random);
    case "enum":
      return enumOf(field.enum, random);
    case "message":
      return depth > 3 ? undefined : messageValue(field.message, values, oddness, depth);
    case "list":
      return Array.from({ length: random.pick([0, 1, 2, 64, 65]) }, () => {
        if (field.listKind === "scalar") return scalarOf(field.scalar, random);
        if (field.listKind === "enum") return enumOf(field.enum, random);
        return messageValue(field.message, values, oddness, depth);
      });
    default:
      return undefined;
  }
}

function messageValue(message: DescMessage, values: Values, oddness: number, depth: number): unknown {
  const { random } = values;
  if (message.typeName === "google.protobuf.Duration") {
    return {
      seconds: random.pick([0n, 1n, -1n, 10n, 11n, 60n, 315_576_000_000n]),
      nanos: random.pick([0, 1, -1, 999_999_999]),
    };
  }
  return create(message, fieldsOf(message, values, oddness, depth + 1));
}

function enumOf({ values }: DescEnum, random: Random): number {
  return random.chance(0.7) ? random.pick(values).number : random.pick([-1, values.length, 2 ** 31 - 1]);
}

function scalarOf(type: ScalarType, random: Random): unknown {
  switch (type) {
    case ScalarType.STRING:
      return random.chance(0.8) ? random.pick(texts) : random.bytes(random.int(0, 40)).toString("latin1");
    case ScalarType.BYTES:
      return random.bytes(random.int(0, 100));
    case ScalarType.BOOL:
      return random.chance(0.5);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return random.pick([0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300]);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return random.pick(largeInts);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return BigInt.asUintN(64, random.pick(largeInts));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return random.pick(smallInts) >>> 0;
    default:
      return random.pick(smallInts);
  }
}

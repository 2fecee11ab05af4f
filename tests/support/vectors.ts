import { readFileSync } from "node:fs";
import type { KeyViolation } from "../../proto/key-rule.ts";
import type { SearchInput, Violation } from "../../proto/rules.ts";

/** A find of the published example, with the byte 0xff included. */
export interface GoldenFind {
  readonly desired_name: string;
  readonly ideal_hamming_distance: number;
  readonly secret: string;
  readonly hashed_name: string;
  readonly hamming_distance: number;
  readonly hashes_computed: number;
}

type GoldenMatch = Pick<GoldenFind, "hashes_computed" | "secret" | "hashed_name" | "hamming_distance">;

/** Recorded from the published example and an independent program. */
export const golden = vectors("hash-name.json") as {
  readonly find: readonly GoldenFind[];
  readonly matches_within_3_of_doctor_in_first_200000: readonly GoldenMatch[];
  readonly readme_hits_for_doctor_within_1_in_first_million: readonly GoldenMatch[];
  readonly counts_within_3_of_doctor_in_first_200000: Readonly<Record<string, number>>;
};

const defaults = { desiredName: "", idealHammingDistance: 0, interestingHammingDistance: 0, searchId: "" };

/** What is accepted and what is refused, by page and server alike. */
export const inputs: readonly {
  readonly about: string;
  readonly input: SearchInput;
  /** The field and the rule of each violation. */
  readonly broken: readonly (readonly [field: string, rule: Violation["rule"]])[];
}[] = (
  vectors("inputs.json") as { about: string; input: object; broken: [string, Violation["rule"]][] }[]
).map(({ about, input, broken }) => ({
  about,
  broken,
  input: { ...defaults, ...input, startIndex: BigInt("startIndex" in input ? String(input.startIndex) : 0) },
}));

/** The same of keys of streams. */
export const keys = vectors("keys.json") as readonly {
  readonly about: string;
  readonly key: string;
  readonly broken: KeyViolation["rule"] | null;
}[];

/** Ranges for any worker, computed by the reference: "tried" and "matches" are those of the whole range. */
export const scans = vectors("scans.json") as readonly {
  readonly about: string;
  readonly desired_name: string;
  readonly ideal_hamming_distance: number;
  readonly listed_hamming_distance: number;
  /** As text: it has 64 bits. */
  readonly start_index: string;
  readonly count: number;
  readonly tried: number;
  readonly matches: number;
  readonly sha1_of_frames: string;
}[];

function vectors(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), "utf8"));
}

import { longestTimeSeconds } from "../../../../proto/bounds.ts";
import { fieldOf, violations } from "../../../../proto/rules.ts";
import type { Query } from "../../session/query.ts";
import type { Words } from "../../words/en.ts";

/** The form as it is filled in. */
export interface FormInput {
  readonly name: string;
  readonly wrongAllowed: number;
  /** The most wrong letters of the near misses that are listed too; 0: none are. */
  readonly alsoShow: number;
  /** As typed; empty: the server's limit. */
  readonly hashes: string;
  readonly seconds: string;
}

export type FormField = (typeof fieldOf)[keyof typeof fieldOf] | "maximum_hashes" | "time";

/** The first thing that is wrong with each field. */
export type Problems = Partial<Readonly<Record<FormField, string>>>;

export const emptyForm: FormInput = {
  name: "",
  wrongAllowed: 0,
  alsoShow: 0,
  hashes: "",
  seconds: "",
};

/** What the form asks for. */
export function queryOf(input: FormInput): Query {
  const seconds = secondsOf(input.seconds);
  const alsoShow = alsoShowOf(input);
  return {
    name: input.name.trim(),
    wrongAllowed: input.wrongAllowed,
    alsoShow,
    mode: alsoShow === 0 ? "first" : "every",
    maximumHashes: hashesOf(input.hashes) ?? 0n,
    timeLimitMs: seconds === undefined ? undefined : Math.ceil(seconds * 1000),
  };
}

/** What the server would refuse, in its own words, before the search is sent. */
export function problemsOf(input: FormInput, { form, everyone }: Words): Problems {
  const query = queryOf(input);
  const problems: Partial<Record<FormField, string>> = {};
  const broken = violations({
    desiredName: query.name,
    idealHammingDistance: query.wrongAllowed,
    interestingHammingDistance: query.alsoShow,
    searchId: "",
    startIndex: 0n,
  });
  for (const violation of broken) problems[fieldOf[violation.rule]] ??= everyone.rule(violation);
  if (input.hashes.trim() !== "" && !hashesOf(input.hashes)) problems.maximum_hashes = form.badHashes;
  if (input.seconds.trim() !== "" && !secondsOf(input.seconds)) problems.time = form.badTime;
  return problems;
}

// Near misses have at least as many wrong letters as are allowed anyway.
function alsoShowOf({ alsoShow, wrongAllowed }: FormInput): number {
  return alsoShow === 0 ? 0 : Math.max(alsoShow, wrongAllowed);
}

function hashesOf(text: string): bigint | undefined {
  const digits = text.replaceAll(/[\s,._']/g, "");
  if (!/^\d{1,20}$/.test(digits)) return undefined;
  const hashes = BigInt(digits);
  return hashes < 2n ** 64n ? hashes : undefined;
}

function secondsOf(text: string): number | undefined {
  if (text.trim() === "") return undefined;
  const seconds = Number(text);
  return seconds > 0 && seconds <= longestTimeSeconds ? seconds : undefined;
}

import type { HashCredit } from "../../../../proto/gen/hash_name/v1/activity_pb.ts";
import { creditWords } from "../../words/credit-words.ts";
import { words } from "../parts/language.ts";

/** What is left of a person's hash credit, and how fast it comes back. */
export function creditLine({ left, full, perSecond }: HashCredit) {
  return <p>{creditWords(words.value).left(left, full, perSecond)}</p>;
}

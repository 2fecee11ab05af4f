import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { oddsNumbersIn } from "../../../client/odds-numbers.ts";

const style: NumberStyle = { language: "en", setsTight: false };
const { count } = numbersIn(style);
const { oneIn } = oddsNumbersIn(style);

const amount = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));

/** What is said of a client's hash credit, in English. */
export const creditEn = {
  language: style.language,
  left: (left: bigint, full: bigint, perSecond: bigint) =>
    `You have ${amount(left)} of ${amount(full)} hashes left. ${amount(perSecond)} come back each second.`,
};

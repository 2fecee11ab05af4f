import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { oddsNumbersIn } from "../../../client/odds-numbers.ts";

const style: NumberStyle = { language: "ja", setsTight: true };
const { count } = numbersIn(style);
const { oneIn } = oddsNumbersIn(style);

const amount = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));

/** What is said of a client's hash credit, in Japanese. */
export const creditJa = {
  language: style.language,
  left: (left: bigint, full: bigint, perSecond: bigint) =>
    `ハッシュの利用枠は、${amount(full)}のうち残り${amount(left)}です。毎秒${amount(perSecond)}ずつ回復します。`,
};

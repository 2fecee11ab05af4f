import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { oddsNumbersIn } from "../../../client/odds-numbers.ts";

const style: NumberStyle = { language: "zh-Hans", setsTight: true };
const { count } = numbersIn(style);
const { oneIn } = oddsNumbersIn(style);

const amount = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));

/** What is said of a client's hash credit, in Chinese. */
export const creditZh = {
  language: style.language,
  left: (left: bigint, full: bigint, perSecond: bigint) =>
    `你的哈希额度共${amount(full)}个，还剩${amount(left)}个，每秒恢复${amount(perSecond)}个。`,
};

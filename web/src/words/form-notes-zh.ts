import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { oddsNumbersIn } from "../../../client/odds-numbers.ts";

const style: NumberStyle = { language: "zh-Hans", setsTight: true };
const { count, rate } = numbersIn(style);
const { oneIn } = oddsNumbersIn(style);

const amount = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));

/** What the form says where a search or a server gives reason to, in Chinese. */
export const formNotesZh = {
  language: style.language,
  credit: (left: bigint, full: bigint, perSecond: bigint) =>
    `你的哈希额度共${amount(full)}个，还剩${amount(left)}个，每秒恢复${amount(perSecond)}个。`,
  flood: (distance: number, p: number, perSecond: number | undefined) => {
    const often =
      perSecond === undefined ? `约每${oneIn(1 / p)}个哈希就有一个` : `每秒约有${rate(p * perSecond)}个`;
    return `近似结果会非常多：最多错${count(distance)}个字符时，${often}。只保留最好的500个，但会全部计数。`;
  },
  floodSlows: (distance: number, p: number) =>
    `近似结果会非常多：最多错${count(distance)}个字符时，约每${oneIn(1 / p)}个哈希就有一个。列出它们远比计算哈希耗时，因此搜索会比服务器本身的速度慢得多。只保留最好的500个，但会全部计数。`,
};

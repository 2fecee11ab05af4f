import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { oddsNumbersIn } from "../../../client/odds-numbers.ts";

const style: NumberStyle = { language: "en", setsTight: false };
const { count, rate } = numbersIn(style);
const { oneIn } = oddsNumbersIn(style);

const amount = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));

/** What the form says where a search or a server gives reason to, in English. */
export const formNotesEn = {
  language: style.language,
  credit: (left: bigint, full: bigint, perSecond: bigint) =>
    `You have ${amount(left)} of ${amount(full)} hashes left. Each second brings back ${amount(perSecond)}.`,
  flood: (distance: number, p: number, perSecond: number | undefined) => {
    const often =
      perSecond === undefined
        ? `about 1 in ${oneIn(1 / p)} hashes is one`
        : `about ${rate(p * perSecond)} a second`;
    return `A flood of near misses: with up to ${count(distance)} wrong, ${often}. The best 500 are kept, all are counted.`;
  },
  floodSlows: (distance: number, p: number) =>
    `A flood of near misses: with up to ${count(distance)} wrong, about 1 in ${oneIn(1 / p)} hashes is one. Listing them takes far longer than hashing, so the search will be much slower than the server. The best 500 are kept, all are counted.`,
};

import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { oddsNumbersIn } from "../../../client/odds-numbers.ts";

const style: NumberStyle = { language: "ja", setsTight: true };
const { count, rate } = numbersIn(style);
const { oneIn } = oddsNumbersIn(style);

const amount = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));

/** What the form says where a search or a server gives reason to, in Japanese. */
export const formNotesJa = {
  language: style.language,
  credit: (left: bigint, full: bigint, perSecond: bigint) =>
    `ハッシュの利用枠は、${amount(full)}のうち残り${amount(left)}です。毎秒${amount(perSecond)}ずつ回復します。`,
  flood: (distance: number, p: number, perSecond: number | undefined) => {
    const often =
      perSecond === undefined
        ? `約${oneIn(1 / p)}個に1個のハッシュが該当します`
        : `毎秒約${rate(p * perSecond)}件が該当します`;
    return `近い結果が非常に多くなります。${count(distance)}文字までの不一致では、${often}。上位500件だけを残し、件数はすべて数えます。`;
  },
  floodSlows: (distance: number, p: number) =>
    `近い結果が非常に多くなります。${count(distance)}文字までの不一致では、約${oneIn(1 / p)}個に1個のハッシュが該当します。一覧にする処理はハッシュの計算よりはるかに時間がかかるため、検索はサーバー本来の速度よりずっと遅くなります。上位500件だけを残し、件数はすべて数えます。`,
};

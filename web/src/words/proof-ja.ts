import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import type { ProofWords } from "./proof-words.ts";

const style: NumberStyle = { language: "ja", setsTight: true };
const { count, duration } = numbersIn(style);

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const hashes = (n: bigint) => `${count(n)}個のハッシュ`;

/** What the proof of a Stop says, in Japanese. */
export const proofJa = {
  language: style.language,
  ofSearch: "停止の証明：",
  ownClock: "サーバーの時計による、検索開始からの時間",
  cancelSeen: "キャンセルを検知",
  workersIdle: "全ワーカーがアイドル",
  after: (n: bigint) => `キャンセルの検知後に${hashes(n)}を計算`,
  pageClock: "このページの時計による、停止の指示からの時間",
  clocks: "ほかのマシンそれぞれの時計による、最後の作業を受け取ってからの時間",
  note: "異なるマシンの時計どうしを引き算することはありません。",
  unnamed: "（名前不明）",
  interruptSeen: "中断を検知",
  idle: "アイドル",
  afterInterrupt: (n: bigint) => `その後${hashes(n)}`,
  notInterrupted: "作業はすでに終了",
  notConfirmed: (ms: number) => `未確認、${seconds(ms)}以内に自動的に終了`,
  overdue: "最後まで未確認、期限切れ",
  more: (n: number, open: number) =>
    `ほかに${count(n)}台、${open === 0 ? "すべてアイドル" : `うち${count(open)}台が未確認`}`,
  restIdle: "ほかの全ワーカーがアイドル",
  heard: (n: bigint) => `キャンセルの検知後に${hashes(n)}を計算（下の各マシンでは中断の検知後）`,
} satisfies ProofWords;

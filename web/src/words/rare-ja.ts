import type { OpenMachines } from "../../../client/machines.ts";
import { namesIn } from "../../../client/names.ts";
import type { NumberStyle } from "../../../client/numbers.ts";
import type { AskedAfter } from "../session/search-state.ts";
import type { RareWords, Wait } from "./rare-words.ts";

const style: NumberStyle = { language: "ja", setsTight: true };

const named = namesIn(style, (n) => `ほか${n}台`);
const machines = (names: readonly string[]) =>
  `マシン ${named(names.map((name) => name || "（名前不明）"))} `;

/** What is said of endings that are rare, in Japanese. */
export const rareJa = {
  language: style.language,
  forToken: "トークンの入力を待っています。まだ何も送信していません。",
  withoutToken: "トークンがないため、この検索がどうなったかをサーバーに確認できません。",
  full: {
    server: "開始できませんでした。サーバーに空きがありません。",
    client: "開始できませんでした。実行中の検索の数がサーバーの上限に達しています。",
    often: "開始できませんでした。1分間に開始できる検索の数の上限に達しています。",
    credit: "開始できませんでした。ハッシュの利用枠の残りが足りません。",
    unknown: "開始できませんでした。サーバーが利用枠の残りを確認できません。",
  },
  again: (wait: Wait, canStop: boolean) => {
    const later = wait === undefined ? "後で" : wait === "over" ? "今すぐ" : `約${wait}後に`;
    return `${canStop ? "どれかを停止するか、" : ""}${later}再度お試しください。`;
  },
  leaving: "開始できませんでした。サーバーは終了処理中でした。しばらくしてから再度お試しください。",
  timeout: (limit: string | undefined) =>
    `サーバーの手前のプロキシが呼び出しを終わらせました：504、プロキシのタイムアウトです。${
      limit === undefined ? "サーバーの制限時間" : `サーバーの制限時間（${limit}）`
    }より長くする必要があります。`,
  noServer: (status: number) =>
    `サーバーの手前のプロキシが呼び出しを終わらせました：${status}、プロキシはサーバーから応答を得られませんでした。`,
  other: (status: number) => `サーバーの手前のプロキシが呼び出しを終わらせました：${status}。`,
  stopped: "サーバーはその時点でこの検索を停止していました。",
  credit: (hashes: string) =>
    `この検索で${hashes}個のハッシュを計算した時点で、ハッシュの利用枠を使い切りました。枠は時間とともに回復し、その後「続行」でここから再開できます。`,
  joined: (first: string, second: string) => `${first}${second}`,
  open: (after: AskedAfter, { names, areOthersIdle }: OpenMachines, within: string) => {
    const what = {
      stop: "停止を要求しましたが、",
      limit: "制限時間に達しましたが、",
      loss: "再接続しました。サーバーはこの検索を停止していましたが、",
    }[after];
    return `${what}${machines(names)}の停止はまだ確認できていません。${within}以内に自動的に終了します。${areOthersIdle ? "ほかのワーカーはすべてアイドル状態です。" : ""}`;
  },
  lapsed: (after: AskedAfter, { names, areOthersIdle }: OpenMachines) => {
    const what = {
      stop: "停止を要求しましたが、",
      limit: "制限時間に達しましたが、",
      loss: "再接続しました。サーバーはこの検索を停止していましたが、",
    }[after];
    if (names.length === 0)
      return `${what}サーバー自身のワーカーの停止は最後まで確認できませんでした。サーバーの報告はこれ以上変わらず、アイドルでないワーカーが残っているため、まだ計算している可能性があります。`;
    return `${what}${machines(names)}の停止は最後まで確認できませんでした。期限を過ぎたため、計算は自動的に終了しています。${areOthersIdle ? "ほかのワーカーはすべてアイドル状態です。" : ""}`;
  },
} satisfies RareWords;

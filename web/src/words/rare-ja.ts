import type { RareWords } from "./rare-words.ts";

/** What is said of endings that are rare, in Japanese. */
export const rareJa = {
  language: "ja",
  timeout: (limit: string | undefined) =>
    `サーバーの手前のプロキシが呼び出しを終わらせました：504、プロキシのタイムアウトです。${
      limit === undefined ? "サーバーの制限時間" : `サーバーの制限時間（${limit}）`
    }より長くする必要があります。`,
  noServer: (status: number) =>
    `サーバーの手前のプロキシが呼び出しを終わらせました：${status}、プロキシからサーバーに接続できません。`,
  other: (status: number) => `サーバーの手前のプロキシが呼び出しを終わらせました：${status}。`,
  stopped: "サーバーはその時点でこの検索を停止していました。",
  credit: (hashes: string) =>
    `ハッシュの利用枠を使い切りました。この検索で${hashes}個のハッシュを計算しました。枠は時間とともに回復し、その後「続行」でここから再開できます。`,
  joined: (first: string, second: string) => `${first}${second}`,
} satisfies RareWords;

import type { ProxyWords } from "./proxy-words.ts";

/** What is said of a call that a proxy ended, in Japanese. */
export const proxyJa = {
  language: "ja",
  timeout: (limit: string | undefined) =>
    `サーバーの手前のプロキシが呼び出しを終わらせました：504、プロキシのタイムアウトです。${
      limit === undefined ? "サーバーの制限時間" : `サーバーの制限時間（${limit}）`
    }より長くする必要があります。`,
  noServer: (status: number) =>
    `サーバーの手前のプロキシが呼び出しを終わらせました：${status}、プロキシからサーバーに接続できません。`,
  other: (status: number) => `サーバーの手前のプロキシが呼び出しを終わらせました：${status}。`,
  stopped: "サーバーはその時点でこの検索を停止していました。",
  joined: (first: string, second: string) => `${first}${second}`,
} satisfies ProxyWords;

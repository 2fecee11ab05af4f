import type { ProxyWords } from "./proxy-words.ts";

/** What is said of a call that a proxy ended, in simplified Chinese. */
export const proxyZh = {
  language: "zh-Hans",
  timeout: (limit: string | undefined) =>
    `服务器前面的代理结束了此调用：504，代理等待超时。代理的超时时间必须长于${
      limit === undefined ? "服务器的时间限制" : `服务器的时间限制（${limit}）`
    }。`,
  noServer: (status: number) => `服务器前面的代理结束了此调用：${status}，代理无法连接服务器。`,
  other: (status: number) => `服务器前面的代理结束了此调用：${status}。`,
  stopped: "服务器随即停止了此搜索。",
  joined: (first: string, second: string) => `${first}${second}`,
} satisfies ProxyWords;

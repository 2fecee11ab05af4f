import type { RareWords } from "./rare-words.ts";

/** What is said of endings that are rare, in simplified Chinese. */
export const rareZh = {
  language: "zh-Hans",
  timeout: (limit: string | undefined) =>
    `服务器前面的代理结束了此调用：504，代理等待超时。代理的超时时间必须长于${
      limit === undefined ? "服务器的时间限制" : `服务器的时间限制（${limit}）`
    }。`,
  noServer: (status: number) => `服务器前面的代理结束了此调用：${status}，代理无法连接服务器。`,
  other: (status: number) => `服务器前面的代理结束了此调用：${status}。`,
  stopped: "服务器随即停止了此搜索。",
  credit: (hashes: string) =>
    `哈希额度已用完，其中此搜索用了${hashes}个。额度会随时间恢复，之后可点“继续”从这里接着搜索。`,
  joined: (first: string, second: string) => `${first}${second}`,
} satisfies RareWords;

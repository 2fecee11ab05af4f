import type { OpenMachines } from "../../../client/machines.ts";
import { namesIn } from "../../../client/names.ts";
import type { NumberStyle } from "../../../client/numbers.ts";
import type { AskedAfter } from "../session/search-state.ts";
import type { RareWords, Wait } from "./rare-words.ts";

const style: NumberStyle = { language: "zh-Hans", setsTight: true };

const named = namesIn(style, (n) => `另外${n}台`);
const machines = (names: readonly string[]) => `机器 ${named(names.map((name) => name || "（名称未知）"))} `;

/** What is said of endings that are rare, in simplified Chinese. */
export const rareZh = {
  language: style.language,
  forToken: "正在等待你输入令牌，尚未发送任何内容。",
  withoutToken: "没有你的令牌，服务器不会说明此搜索的结果。",
  full: {
    server: "未开始：服务器没有空位。",
    client: "未开始：你正在运行的搜索已达到服务器允许的上限。",
    often: "未开始：你一分钟内开始的搜索已达到服务器允许的次数。",
    credit: "未开始：你剩余的哈希额度不足。",
    unknown: "未开始：服务器查不到你还剩多少额度。",
  },
  again: (wait: Wait, canStop: boolean) => {
    const later = wait === undefined ? "稍后" : wait === "over" ? "现在" : `在约${wait}后`;
    return canStop ? `请先停止一个，或${later}再试。` : `请${later}再试。`;
  },
  leaving: "未开始：服务器当时正在关闭。请稍后再试。",
  timeout: (limit: string | undefined) =>
    `服务器前面的代理结束了此调用：504，代理等待超时。代理的超时时间必须长于${
      limit === undefined ? "服务器的时间限制" : `服务器的时间限制（${limit}）`
    }。`,
  noServer: (status: number) => `服务器前面的代理结束了此调用：${status}，代理没有得到服务器的应答。`,
  other: (status: number) => `服务器前面的代理结束了此调用：${status}。`,
  stopped: "服务器随即停止了此搜索。",
  credit: (hashes: string) =>
    `此搜索计算了${hashes}个哈希后，哈希额度用完。额度会随时间恢复，之后可点“继续”从这里接着搜索。`,
  joined: (first: string, second: string) => `${first}${second}`,
  open: (after: AskedAfter, { names, areOthersIdle }: OpenMachines, within: string) => {
    const what = {
      stop: "停止请求已发出，但",
      limit: "已达到时间限制，但",
      loss: "已重新连接。服务器已停止此搜索，但",
    }[after];
    return `${what}${machines(names)}尚未确认停止，其计算会在${within}内自动结束。${areOthersIdle ? "其余工作线程均已空闲。" : ""}`;
  },
  lapsed: (after: AskedAfter, { names, areOthersIdle }: OpenMachines) => {
    const what = {
      stop: "停止请求已发出，但",
      limit: "已达到时间限制，但",
      loss: "已重新连接。服务器已停止此搜索，但",
    }[after];
    if (names.length === 0)
      return `${what}服务器自己的工作线程始终没有确认停止。服务器的报告不会再变，其中仍有未空闲的工作线程，它们可能仍在计算。`;
    return `${what}${machines(names)}始终没有确认停止。时限已过，其计算已自动结束。${areOthersIdle ? "其余工作线程均已空闲。" : ""}`;
  },
} satisfies RareWords;

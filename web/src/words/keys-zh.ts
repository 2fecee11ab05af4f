import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { type KeyViolation, longestKey } from "../../../proto/key-rule.ts";
import type { KeysWords } from "./keys-words.ts";

const style: NumberStyle = { language: "zh-Hans", setsTight: true };
const { count, duration } = numbersIn(style);

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const afterMessages = (n: number) => (n === 0 ? "收到第一条消息之前" : `收到${count(n)}条消息后`);
const keysAhead = (n: number) => (n === 0 ? "前面没有其他键。" : `前面还有${count(n)}个键。`);

/** What is said of the keyed streams, in simplified Chinese. */
export const keysZh = {
  language: style.language,
  intro: "按一个键会启动一个流：共十条消息，每秒一条。再按同一个键即可取消，两条消息之间也能取消。",
  why: "一次搜索是一个长调用，按键是许多短调用，两者以同样的方式取消。来源：",
  searchSource: "gRPC 的 HashFinder",
  betweenSources: "和",
  keySource: "公开示例 Message.Stream（日语）",
  keyboard: "在此键入，或点按下面的键。只有焦点位于此区域时，键盘才会启动流。",
  keys: "键",
  other: "其他键",
  otherHint: (most: number) => `1到${count(most)}个字符。`,
  press: "按下",
  list: "流",
  empty: "还没有流。请按一个键。",
  start: "重新启动",
  cancel: "取消",
  cancelAll: "全部取消",
  cancelKey: "Esc 取消焦点所在的流，否则取消最后启动的流。",
  cancelAllKey: "连按两次 Esc 全部取消。",
  clear: "移除已结束的",
  messagesOf: (key: string) => `${key}的消息`,
  progressOf: (key: string) => `${key}的进度`,
  forConnection: (ahead: number) => `正在等待空闲连接，${keysAhead(ahead)}`,
  forToken: "正在等待你输入令牌。",
  forServer: (ahead: number) => `正在等待服务器上的空位，${keysAhead(ahead)}`,
  refused: (ofClient: boolean, retryInMs: number) =>
    [
      ofClient ? "你打开的流已达到服务器允许的数量。" : "服务器打开的流已达到上限。",
      retryInMs > 0 ? `${seconds(retryInMs)}后重试。` : "正在重试。",
    ].join(""),
  on: (n: number, of: number) =>
    n === 0 ? "已启动，正在等待第一条消息。" : `进行中：已收到${count(n)}条消息，共${count(of)}条。`,
  done: (n: number) => `完成：${count(n)}条消息全部收到。`,
  cancelled: (n: number) => `你在${afterMessages(n)}取消了它。`,
  lost: (n: number) => `${afterMessages(n)}失败：与服务器的连接中断。`,
  lostToProxy: (n: number, status: number) => `${afterMessages(n)}失败：服务器前面的代理返回了${status}。`,
  shutdown: (n: number) => `${afterMessages(n)}结束：服务器正在关闭。`,
  timedOut: (n: number) => `${afterMessages(n)}结束：已达到服务器的时间限制。`,
  failed: (n: number) => `${afterMessages(n)}失败：服务器自身出了问题。`,
  invalid: (sentence: string) => `未启动：${sentence}`,
  rule: (violation: KeyViolation) =>
    violation.rule === "key-empty"
      ? `键为空。请输入1到${count(longestKey)}个字符。`
      : `键有${count(violation.length)}个字符。请最多输入${count(longestKey)}个。`,
} satisfies KeysWords;

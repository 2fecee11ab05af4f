import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import type { ProofWords } from "./proof-words.ts";

const style: NumberStyle = { language: "zh-Hans", setsTight: true };
const { count, duration } = numbersIn(style);

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const hashes = (n: bigint) => `${count(n)}个哈希`;

/** What the proof of a Stop says, in simplified Chinese. */
export const proofZh = {
  language: style.language,
  ofSearch: "停止的证明：",
  ownClock: "按服务器自己的时钟，从搜索开始算起",
  cancelSeen: "收到取消",
  workersIdle: "工作线程全部空闲",
  after: (n: bigint) => `收到取消后又计算了${hashes(n)}`,
  pageClock: "按本页的时钟，从你停止时算起",
  clocks: "按其他机器各自的时钟，从接到最后一段任务算起",
  note: "不同机器的时钟读数从不相减。",
  unnamed: "（名称未知）",
  interruptSeen: "收到中断",
  idle: "空闲",
  afterInterrupt: (n: bigint) => `此后${hashes(n)}`,
  notInterrupted: "此前已完成任务",
  notConfirmed: (ms: number) => `未确认，会在${seconds(ms)}内自动结束`,
  overdue: "始终未确认，时限已过",
  more: (n: number, open: number) =>
    `另有${count(n)}台，${open === 0 ? "全部空闲" : `其中${count(open)}台未确认`}`,
  restIdle: "其余工作线程全部空闲",
  heard: (n: bigint) => `收到取消后又计算了${hashes(n)}，下列各台机器则从其中断时算起`,
} satisfies ProofWords;

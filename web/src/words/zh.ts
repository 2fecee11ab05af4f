import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { farMs, oddsNumbersIn } from "../../../client/odds-numbers.ts";
import type { Violation } from "../../../proto/rules.ts";
import type { HoldingLimits } from "../session/holding-limits.ts";
import type { Words } from "./en.ts";
import type { Doing } from "./several-words.ts";

const style: NumberStyle = { language: "zh-Hans", setsTight: true };
const { count, rate, duration, milliseconds } = numbersIn(style);

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const hashes = (n: bigint) => `${count(n)}个哈希`;
const moments = new Intl.DateTimeFormat(style.language, { dateStyle: "medium", timeStyle: "short" });

const { oneIn, percent, span, expected } = oddsNumbersIn(style);
const likely = (chance: number, fractionDigits?: number) => {
  if (chance > 0.999) return `超过${percent(0.999)}`;
  return chance > 0 && chance < 0.001 ? `不到${percent(0.001)}` : percent(chance, fractionDigits);
};
/** The span, or that it is longer than `farMs`. */
const about = (ms: number) => (ms < farMs ? span(ms) : `超过${span(farMs)}`);

const budget = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));

const unanswered = "停止请求已发出，尚未得到确认。服务器没有响应。";

/** Every sentence of the page in simplified Chinese. The browser sets the gaps around digits (text-autospace). */
export const zh = {
  ...style,
  numbers: { count, rate, duration, milliseconds },

  state: {
    idle: "就绪。",
    waiting: (ahead: number) =>
      ahead === 0 ? "正在等待空位，下一个就轮到你。" : `正在等待空位，前面还有${count(ahead)}个搜索。`,
    sending: "正在搜索…",
    running: (n: bigint, perSecond: number) =>
      perSecond === 0
        ? `正在搜索… 已计算${hashes(n)}。`
        : `正在搜索… 已计算${hashes(n)}，每秒${rate(perSecond)}个。`,
    stopping: "正在停止… 等待服务器确认。",
    stopped: (workers: number, othersRun: boolean, others: number) => {
      if (workers === 0) return "你已停止搜索。服务器已确认没有工作线程开始过计算。";
      if (others > 0) {
        const done = othersRun ? "已不再处理此搜索" : "已空闲";
        return `你已停止搜索。服务器已确认全部工作线程均${done}，包括其他${count(others)}台机器上的。`;
      }
      const them = workers === 1 ? "所用的工作线程" : `全部${count(workers)}个工作线程均`;
      return `你已停止搜索。服务器已确认${them}${othersRun ? "已不再处理此搜索" : "已空闲"}。`;
    },
    unanswered,
    unconfirmed: (retryInMs: number | undefined, limitMs: number | undefined) =>
      [
        unanswered,
        retryInMs === undefined ? "正在再次查询。" : `${seconds(retryInMs)}后再次查询。`,
        limitMs === undefined
          ? "服务器没有告知时间限制，因此可能仍在搜索。"
          : `即使一直联系不上，它也会在${seconds(limitMs)}内自动停止。`,
      ].join(""),
    notStarted: "你已停止搜索。服务器当时尚未开始，以后也不会再开始。",
    found: (n: bigint, elapsedMs: number) => `计算${hashes(n)}后找到，用时${duration(elapsedMs)}。`,
    foundUnseen: "服务器刚好找到了一个匹配，但结果没有传到本页。工作线程已空闲。",
    budget: (n: bigint, chance: number | undefined) =>
      chance === undefined
        ? `哈希预算已用完：共计算${hashes(n)}。`
        : `哈希预算已用完：共计算${hashes(n)}。到那时找到匹配的概率为${likely(chance, 1)}。`,
    timingOut: (limitMs: number) => `已达到${duration(limitMs)}的时间限制。正在等待服务器确认停止。`,
    timedOut: (limitMs: number) => `已达到${duration(limitMs)}的时间限制。服务器已确认停止。`,
    exhausted: "所有候选值均已试过。",
    shutdown: "服务器曾关闭，此搜索因此停止。",
    lost: (retryInMs: number | undefined) =>
      `连接已中断。暂时无法判断服务器是否仍在搜索。${
        retryInMs === undefined ? "正在重试。" : `${seconds(retryInMs)}后重试。`
      }`,
    cutOff: "暂时无法判断服务器是否仍在搜索。",
    back: "已重新连接。连接中断时，服务器已停止此搜索。",
    left: (retryInMs: number | undefined) =>
      `此搜索运行期间，页面被刷新或关闭。${
        retryInMs === undefined ? "正在向服务器查询其结果。" : `服务器没有响应，${seconds(retryInMs)}后重试。`
      }`,
    leftAndStopped: "此搜索运行期间，页面被刷新或关闭，服务器随即停止了搜索。",
    several: (counts: readonly (readonly [Doing, number])[]) => {
      const words = {
        searching: "正在搜索",
        waiting: "正在等待",
        stopping: "正在停止",
        stopped: "已停止，服务器已确认",
        cancelled: "已取消",
        found: "已找到",
        unknown: "无法联系",
        ended: "已结束",
      };
      return `搜索：${counts.map(([doing, n]) => `${count(n)}个${words[doing]}`).join("；")}。`;
    },
    restarted: "服务器已重启，此搜索不再运行。",
    forgotten: "服务器没有此搜索的记录，因此它并未运行。",
    refusedInput: (sentence: string) => `未开始：${sentence}`,
    failed: "服务器自身出现问题，结束了此搜索。请重试。",
  },

  action: {
    search: "搜索",
    stop: "停止",
    stopping: "正在停止…",
    stopAll: "全部停止",
    resume: "继续",
    findNext: "查找下一个",
    showMatch: "获取匹配",
    again: "重新搜索",
    tryNow: "立即重试",
    remove: "移出列表",
    stopKey: "Esc 停止焦点所在的搜索，否则停止最新的搜索。",
    stopAllKey: "连按两次 Esc 全部停止。",
  },

  form: {
    legend: "新搜索",
    name: "名称",
    nameHint: "字母、数字、+ 或 /。不区分大小写。",
    wrongAllowed: "允许错几个字符",
    nearMisses: "同时列出近似结果，",
    upTo: "最多错",
    wrongLetters: () => "个字符",
    limits: "限制",
    hashes: "哈希数",
    hashesHint: (limit: bigint | undefined, isExceeded: boolean) => {
      if (limit === undefined || limit === 0n) return "无限制";
      return isExceeded ? `超过服务器的限制：到${count(limit)}个就会停止。` : `服务器的限制：${count(limit)}`;
    },
    time: "时间（秒）",
    timeHint: (limitMs: number | undefined, isExceeded: boolean) => {
      if (limitMs === undefined || limitMs === 0) return "无限制";
      return isExceeded
        ? `超过服务器的限制：${duration(limitMs)}后就会停止。`
        : `服务器的限制：${duration(limitMs)}`;
    },
    badHashes: "这不是有效的哈希数。请输入整数；留空则采用服务器的限制。",
    badTime: "这不是有效的秒数。请输入大于0的数；留空则采用服务器的限制。",
  },

  intro: {
    title: "这里在做什么",
    sentence:
      "任何文本都有自己的指纹，也就是它的 SHA-1 哈希。我们逐个尝试字节串，直到某个指纹里出现你要的名称。",
    bytes: "字节",
    becomes: "的 SHA-1（以 base64 表示）：",
    tryOne: "试一试：",
    example: (name: string, wrong: number) => (wrong === 0 ? name : `${name}，允许错${count(wrong)}个字符`),
  },

  terms: {
    worker: "服务器上尝试候选值的线程，由所有搜索共用。",
    candidate: "要尝试的一个字节串。先试所有单字节的，再试所有双字节的，依次类推。",
    hash: "候选值的 SHA-1，用 base64 写成28个字符。计算一个哈希，就是试一个候选值。",
  },

  card: {
    region: "搜索",
    empty: "这里没有搜索。请输入名称，然后按回车键。",
    hashes: "哈希数",
    elapsed: "用时",
    query: (wrongAllowed: number, alsoShow: number) =>
      [
        wrongAllowed === 0 ? "不允许错字符" : `允许错${count(wrongAllowed)}个字符`,
        ...(alsoShow === 0 ? [] : [`近似结果最多错${count(alsoShow)}个字符`]),
      ].join("，"),
    foundFor: (name: string) => `${name} 的搜索结果`,
    wrong: (distance: number) => (distance === 0 ? "完全匹配" : `错${count(distance)}个字符`),
    candidate: "候选值",
    lastCandidate: "最后试过的候选值",
    hit: "命中",
    secret: "原始字节",
    emptySecret: "（无字节）",
    matches: () => "匹配数",
    nearMisses: () => "近似结果数",
    bestOf: (shown: number, all: number) => `共找到${count(all)}个，显示其中最好的${count(shown)}个。`,
    arrowKeys: "按方向键选择行和按钮，按回车键执行。",
  },

  server: {
    title: "服务器当前状态",
    lastHeard: "服务器最后已知状态",
    connecting: "服务器：正在连接…",
    offline: "服务器尚未响应。搜索和按键流需要服务器；概率和历史记录不需要。",
    connected: "服务器：已连接",
    asked: "服务器：需要令牌",
    lost: "服务器：无法连接",
    banner: (retryInMs: number) => `无法连接到服务器。${seconds(retryInMs)}后重试。`,
    searches: "搜索",
    streams: "按键流",
    yours: (all: number, mine: number) => `${count(all)}个（你的${count(mine)}个）`,
    workers: "忙碌的工作线程",
    busy: (busy: number, all: number) => `${count(busy)} / ${count(all)}`,
    rate: "每秒哈希数",
    waiting: "等待中",
    hashes: "哈希总数",
  },

  proof: {
    title: "最近一次停止",
    none: "还没有停止过搜索。停止之后，这里会显示服务器的证明。",
    withSearch: "服务器的说明见该搜索。",
    proven: "已证实",
    open: "未确认",
    asking: "查询中",
    pressed: (reason: string) => `你停止了 ${reason}`,
    confirmed: "本页收到确认",
    notBegun: "从未开始",
  },

  connections: {
    queued: "正在等待空闲连接。此浏览器最多同时进行四个搜索或流，以确保随时能够确认停止。",
    withdrawn: "等待期间已被你取消，从未发送到服务器。",
    cancel: "取消",
    lost: "与服务器失去联系，正在不断重试。",
    tryingNow: "无法连接服务器，正在重试。",
    back: "已恢复与服务器的联系。",
  },

  kept: {
    copyLink: "复制链接",
    copyBytes: "复制字节",
    check: "验证",
    copied: "已复制",
    notCopied: "浏览器不允许复制。",
    ofMatch: (hash: string) => `：匹配 ${hash}`,
    ofNearMiss: (hash: string) => `：近似结果 ${hash}`,
    exportOf: (name: string) => `${name} 的搜索结果`,
    pictureOf: (name: string) => `${name} 的最佳结果图片`,
    match: "匹配",
    history: "历史记录",
    clear: "清空历史记录",
    cleared: "历史记录已清空。",
    show: "显示",
    delete: "删除",
    undo: "撤销",
    undone: "已撤销。",
    takenOff: (name: string, isKept: boolean) =>
      isKept ? `${name} 已移到历史记录。` : `${name} 已移出列表。`,
    deleted: (name: string) => `${name} 已从历史记录中删除。`,
    found: (ideal: number, near: number) =>
      `${count(ideal)}个匹配${near === 0 ? "" : `，${count(near)}个近似结果`}`,
    notKept: "此浏览器不为本页保存历史记录：关闭页面后，搜索会丢失。",
    titleSearching: (name: string) => `正在搜索 ${name}`,
    titleFound: (name: string) => `已找到 ${name}`,
    titleStopped: (name: string) => `已停止 ${name}`,
    titleEnded: (name: string) => `已结束 ${name}`,
    notify: "搜索结束时通知我",
    notifyOn: "搜索结束时会通知你。",
    notifyOff: "搜索结束时不再通知你。",
    notifyDenied: "浏览器不允许本页发送通知。",
    spark: (now: number, least: number, most: number) =>
      `最近一分钟：现在每秒${rate(now)}个哈希，最低${rate(least)}个，最高${rate(most)}个。`,
    moment: (at: number) => moments.format(at),
  },

  odds: {
    none: "输入名称即可看到概率。",
    computing: "正在计算概率…",
    line: (p: number, perSecond: number | undefined) => {
      const hash = p > 0.9995 ? "每个哈希都匹配" : `约每${oneIn(1 / p)}个哈希有一个匹配`;
      if (perSecond === undefined) return `${hash}。`;
      const matches = p * perSecond;
      return matches > 10
        ? `${hash}；在此服务器上每秒约${rate(matches)}次。`
        : `${hash}；在此服务器上约每${about(1000 / matches)}一次。`;
    },
    within: (
      limits: HoldingLimits,
      chance: number,
      mark: number | undefined,
      needed: number | undefined,
      perSecond: number | undefined,
    ) => {
      const those = [
        ...(limits.hashes === undefined ? [] : [`${budget(limits.hashes)}个哈希`]),
        ...(limits.ms === undefined ? [] : [duration(limits.ms)]),
      ];
      const now = `在限制（${those.join("、")}）内找到的概率：${likely(chance)}。`;
      if (mark === undefined || needed === undefined) return now;
      const time = perSecond === undefined ? "" : `，约${about((needed / perSecond) * 1000)}`;
      return `${now}要达到${percent(mark)}，需要${oneIn(needed)}个哈希${time}。`;
    },
    byNow: "目前为止的概率",
    chance: (chance: number) => likely(chance),
    atLimit: (chance: number, ms: number) => `再过${about(ms)}达到限制，届时为${likely(chance)}`,
    next: (mark: number, ms: number) => `再过${about(ms)}达到${percent(mark)}`,
    average: (ms: number) => `平均每${about(ms)}有一个匹配。`,
    averageHashes: (p: number) => `平均每${oneIn(1 / p)}个哈希有一个匹配。`,
    note: (average: string) => `${average}搜索没有记忆：下一分钟与第一分钟的机会相同。`,
    mark: (mark: number) => percent(mark),
    ladder: (name: string) => `${name} 的搜索结果：已找到的与按概率预期的`,
    wrong: "错误数",
    found: "已找到",
    expectedHead: "期望值",
    expected: (matches: number | undefined) => (matches === undefined ? "…" : expected(matches)),
  },

  streams: {
    views: "本页显示的内容",
    searches: "搜索",
    title: "按键流",
    guide: "指南",
    running: (n: number) => (n === 0 ? "" : `${count(n)}个进行中`),
  },

  everyone: {
    named: (name: string, sentence: string) => `${name}：${sentence}`,
    language: "语言",
    keys: "快捷键",
    theme: { system: "颜色：跟随系统", light: "颜色：浅色", dark: "颜色：深色" },
    rule(violation: Violation): string {
      switch (violation.rule) {
        case "name-empty":
          return "名称为空。请输入1到28个字母、数字、+ 或 /。";
        case "name-long":
          return `名称有${count(violation.length)}个字符，而哈希只有28个。请最多输入28个。`;
        case "name-character":
          return `这些哈希中不会出现“${violation.character}”。请使用字母、数字、+ 或 /，= 只能放在末尾。`;
        case "name-padding":
          return "“=”只会出现在这些哈希的末尾。请只在末尾使用。";
        case "name-impossible": {
          const least = count(violation.leastDistance);
          return `任何哈希要包含此名称，都至少会错${least}个字符。请允许错${least}个字符，或更换名称。`;
        }
        case "ideal-range":
          return `允许的错误字符数必须${range(violation.highest)}。`;
        case "interesting-range":
          return `近似结果的错误字符数必须${range(violation.highest)}。`;
        case "interesting-below-ideal":
          return "近似结果的错误字符数必须为0（不显示），或不小于允许的错误字符数。";
        case "search-id":
          return "搜索编号必须是 UUID，或者留空。";
        case "start-index":
          return "起始位置太大：其后已没有候选值。";
      }
    },
  },
} satisfies Words;

function range(highest: number | undefined): string {
  return highest === undefined ? "不小于0" : `在0到${count(highest)}（名称的长度）之间`;
}

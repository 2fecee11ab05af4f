import type { Violation } from "../../../proto/rules.ts";
import type { Words } from "./en.ts";
import { numbersIn } from "./numbers.ts";
import { farMs, oddsNumbersIn } from "./odds-numbers.ts";

const { count, rate, duration, milliseconds } = numbersIn("ja");

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const hashes = (n: bigint) => `${count(n)}個のハッシュ`;
const moments = new Intl.DateTimeFormat("ja", { dateStyle: "medium", timeStyle: "short" });

const { oneIn, percent, span, expected } = oddsNumbersIn("ja");
const likely = (chance: number, fractionDigits?: number) => {
  if (chance > 0.999) return `${percent(0.999)}超`;
  return chance > 0 && chance < 0.001 ? `${percent(0.001)}未満` : percent(chance, fractionDigits);
};
/** The span, or that it is longer than any use. */
const about = (ms: number) => (ms < farMs ? span(ms) : `${span(farMs)}以上`);

/** Every sentence of the page in Japanese. The browser sets the gaps around digits (text-autospace). */
export const ja = {
  language: "ja",
  numbers: { count, rate, duration, milliseconds },

  state: {
    idle: "準備ができました。",
    waiting: (ahead: number) =>
      ahead === 0
        ? "空きを待っています。次に始まります。"
        : `空きを待っています。前に${count(ahead)}件の検索があります。`,
    sending: "検索中…",
    running: (n: bigint, perSecond: number) =>
      perSecond === 0
        ? `検索中… ${hashes(n)}を計算。`
        : `検索中… ${hashes(n)}を計算、毎秒${rate(perSecond)}個。`,
    stopping: "停止中… サーバーの確認を待っています。",
    stopped: (workers: number, othersRun: boolean) => {
      if (workers === 0)
        return "検索を停止しました。どのワーカーも計算を始めていなかったことを、サーバーが確認しました。";
      const them = workers === 1 ? "使用したワーカーが" : `${count(workers)}個のワーカーすべてが`;
      return `検索を停止しました。${them}${othersRun ? "この検索を終えた" : "待機状態になった"}ことを、サーバーが確認しました。`;
    },
    unconfirmed: (retryInMs: number | undefined, limitMs: number | undefined) =>
      [
        "停止を要求しましたが、まだ確認できていません。サーバーから応答がありません。",
        retryInMs === undefined
          ? "もう一度問い合わせています。"
          : `${seconds(retryInMs)}後にもう一度問い合わせます。`,
        limitMs === undefined
          ? "サーバーの制限時間が不明なため、まだ検索している可能性があります。"
          : `連絡がつかなくても、${seconds(limitMs)}以内に自動で停止します。`,
      ].join(""),
    notStarted: "検索を停止しました。サーバーはまだ始めておらず、今後も始めることはありません。",
    found: (n: bigint, elapsedMs: number) => `${hashes(n)}を計算し、${duration(elapsedMs)}で見つかりました。`,
    foundUnseen:
      "サーバーはちょうど一致を見つけたところでしたが、結果はここに届きませんでした。ワーカーは待機状態です。",
    budget: (n: bigint, chance: number | undefined) =>
      chance === undefined
        ? `ハッシュ数の上限に達しました。${hashes(n)}を計算しました。`
        : `ハッシュ数の上限に達しました。${hashes(n)}を計算しました。それまでに一致が見つかる確率は${likely(chance, 1)}でした。`,
    timingOut: (limitMs: number) =>
      `制限時間の${duration(limitMs)}に達しました。サーバーの停止確認を待っています。`,
    timedOut: (limitMs: number) =>
      `制限時間の${duration(limitMs)}に達しました。サーバーが停止を確認しました。`,
    exhausted: "すべての候補を試しました。",
    shutdown: (retryAfterMs: number | undefined) =>
      retryAfterMs === undefined
        ? "サーバーが終了処理に入り、この検索を停止しました。"
        : `サーバーが終了処理に入り、この検索を停止しました。約${seconds(retryAfterMs)}後にもう一度お試しください。`,
    lost: (retryInMs: number | undefined) =>
      `接続が切れました。サーバーがまだ検索しているかどうかは、今のところわかりません。${
        retryInMs === undefined ? "再試行しています。" : `${seconds(retryInMs)}後に再試行します。`
      }`,
    back: "再び接続しました。サーバーは接続が切れたときにこの検索を停止していました。",
    restarted: "サーバーが再起動したため、この検索はもう実行されていません。",
    forgotten: "サーバーにこの検索の記録がないため、実行されていません。",
    refusedBusy: (ofClient: boolean, retryAfterMs: number | undefined) => {
      const later = retryAfterMs === undefined ? "後で" : `約${seconds(retryAfterMs)}後に`;
      return ofClient
        ? `開始できませんでした。実行中の検索がサーバーの許可する数に達しています。どれかを停止するか、${later}もう一度お試しください。`
        : `開始できませんでした。サーバーが満員です。${later}もう一度お試しください。`;
    },
    refusedInput: (sentence: string) => `開始できませんでした。${sentence}`,
    failed: "サーバー側の問題でこの検索は終了しました。もう一度お試しください。",
  },

  action: {
    search: "検索",
    stop: "停止",
    stopping: "停止中…",
    stopAll: "すべて停止",
    resume: "続ける",
    findNext: "次を探す",
    showMatch: "一致を取得",
    again: "もう一度検索",
    tryNow: "今すぐ試す",
    remove: "取り除く",
  },

  form: {
    legend: "新しい検索",
    name: "名前",
    nameHint: "英字、数字、+、/。大文字と小文字は区別しません。",
    wrongAllowed: "許容する不一致",
    alsoShow: "近い結果の表示上限",
    none: "なし",
    mode: "表示",
    first: "最初の一致",
    every: "近い結果すべて",
    limits: "制限",
    hashes: "ハッシュ数",
    hashesHint: (limit: bigint | undefined) =>
      limit === undefined || limit === 0n ? "制限なし" : `サーバーの制限：${count(limit)}`,
    time: "時間（秒）",
    timeHint: (limitMs: number | undefined) =>
      limitMs === undefined || limitMs === 0 ? "制限なし" : `サーバーの制限：${duration(limitMs)}`,
    badHashes:
      "ハッシュ数として正しくありません。整数を入力するか、空のままにしてサーバーの制限に従ってください。",
    badTime:
      "秒数として正しくありません。0より大きい数を入力するか、空のままにしてサーバーの制限に従ってください。",
  },

  card: {
    region: "検索",
    empty: "検索はまだありません。名前を入力して Enter キーを押してください。",
    hashes: "ハッシュ数",
    elapsed: "経過時間",
    query: (wrongAllowed: number, alsoShow: number) =>
      [
        wrongAllowed === 0 ? "不一致なし" : `不一致は${count(wrongAllowed)}文字まで`,
        ...(alsoShow === 0 ? [] : [`近い結果は${count(alsoShow)}文字違いまで`]),
      ].join("、"),
    matchesOf: (name: string) => `${name}の一致`,
    wrong: (distance: number) => (distance === 0 ? "完全一致" : `${count(distance)}文字違い`),
    secret: "元のバイト列",
    emptySecret: "（0バイト）",
    matches: () => "一致",
    bestOf: (shown: number, all: number) =>
      `${count(all)}件のうち、最も近い${count(shown)}件を表示しています。`,
    arrowKeys: "上下の矢印キーで一致を選び、Enter キーでコピーします。",
  },

  server: {
    title: "現在のサーバー",
    lastHeard: "最後に届いたサーバーの状態",
    connecting: "サーバー：接続中…",
    connected: "サーバー：接続済み",
    lost: "サーバー：接続できません",
    banner: (retryInMs: number) => `サーバーに接続できません。${seconds(retryInMs)}後に再試行します。`,
    searches: "検索",
    yours: (all: number, mine: number) => `${count(all)}件（自分${count(mine)}件）`,
    workers: "稼働中のワーカー",
    busy: (busy: number, all: number) => `${count(busy)} / ${count(all)}`,
    rate: "毎秒のハッシュ数",
    waiting: "待機中",
    hashes: "ハッシュ総数",
  },

  proof: {
    title: "最後の停止",
    none: "まだ何も停止していません。停止すると、サーバーによる証明がここに表示されます。",
    proven: "証明済み",
    open: "未確認",
    asking: "問い合わせ中",
    pressed: (reason: string) => `${reason} の停止を指示`,
    confirmed: "このページで確認",
    ownClock: "サーバー自身の時計で、検索の開始から",
    cancelSeen: "取り消しを検知",
    workersIdle: "全ワーカーが待機",
    notBegun: "開始前",
    after: (n: bigint) => `取り消しを検知した後に計算したのは${hashes(n)}`,
  },

  connections: {
    queued:
      "空いている接続を待っています。停止をいつでも確認できるよう、このブラウザーの検索は同時に四件までです。",
    withdrawn: "待っている間に取り消しました。送信されていません。",
    cancel: "取り消す",
    lost: "サーバーと連絡が取れません。自動で再試行します。",
    tryingNow: "サーバーに接続できません。再試行しています。",
    back: "サーバーとの連絡が戻りました。",
  },

  kept: {
    copyLink: "リンクをコピー",
    copy: "コピー",
    copied: "コピーしました",
    notCopied: "ブラウザーがコピーを許可しませんでした。",
    copyMatch: (hash: string) => `一致 ${hash}`,
    exportOf: (name: string) => `${name} の一致`,
    history: "履歴",
    clear: "履歴を消去",
    cleared: "履歴は空になりました。",
    show: "表示",
    found: (n: number) => `一致${count(n)}件`,
    notKept: "このブラウザーはこのページの履歴を保存しません。ページを閉じると検索は失われます。",
    titleSearching: (name: string) => `検索中 ${name}`,
    titleFound: (name: string) => `発見 ${name}`,
    titleStopped: (name: string) => `停止 ${name}`,
    titleEnded: (name: string) => `終了 ${name}`,
    notify: "検索が終わったら通知する",
    notifyOn: "検索が終わったら通知します。",
    notifyOff: "検索が終わっても通知しません。",
    notifyDenied: "ブラウザーがこのページの通知を許可していません。",
    spark: (now: number, least: number, most: number) =>
      `直近1分間：現在は毎秒${rate(now)}ハッシュ、最低${rate(least)}、最高${rate(most)}。`,
    moment: (at: number) => moments.format(at),
  },

  odds: {
    none: "名前を入力すると確率が表示されます。",
    computing: "確率を計算しています…",
    line: (p: number, perSecond: number | undefined) => {
      const hash =
        p > 0.9995 ? "すべてのハッシュが一致します" : `約${oneIn(1 / p)}個に1個のハッシュが一致します`;
      if (perSecond === undefined) return `${hash}。`;
      const matches = p * perSecond;
      return matches > 10
        ? `${hash}。ここでは毎秒約${rate(matches)}回です。`
        : `${hash}。ここでは約${about(1000 / matches)}に1回です。`;
    },
    flood: (distance: number, p: number, perSecond: number | undefined) => {
      const often =
        perSecond === undefined
          ? `約${oneIn(1 / p)}個に1個のハッシュが一致します`
          : `毎秒約${rate(p * perSecond)}件が一致します`;
      return `一致が非常に多くなります。${count(distance)}文字までの不一致では、${often}。上位500件を残し、すべて数えます。`;
    },
    byNow: "ここまでの確率",
    chance: (chance: number) => likely(chance),
    next: (mark: number, ms: number) => `あと${about(ms)}で${percent(mark)}`,
    average: (ms: number) => `平均して${about(ms)}に1件の一致があります。`,
    averageHashes: (p: number) => `平均して${oneIn(1 / p)}個のハッシュに1件の一致があります。`,
    noMemory: "記憶はありません。次の1分も最初の1分と同じ見込みです。",
    mark: (mark: number) => percent(mark),
    ladder: (name: string) => `${name} の一致：見つかった数と確率から見込まれる数`,
    wrong: "不一致",
    found: "発見",
    expectedHead: "見込み",
    expected: (matches: number | undefined) => (matches === undefined ? "…" : expected(matches)),
  },

  everyone: {
    language: "言語",
    theme: { system: "配色：システムに合わせる", light: "配色：ライト", dark: "配色：ダーク" },
    rule(violation: Violation): string {
      switch (violation.rule) {
        case "name-empty":
          return "名前が空です。英字、数字、+、/ を1～28文字で入力してください。";
        case "name-long":
          return `名前は${count(violation.length)}文字ありますが、ハッシュは28文字です。28文字以内にしてください。`;
        case "name-character":
          return `「${violation.character}」はこのハッシュには現れません。英字、数字、+、/ を使い、= は末尾だけにしてください。`;
        case "name-padding":
          return "「=」はこのハッシュの最後の文字にしか現れません。末尾だけに使ってください。";
        case "name-impossible": {
          const least = count(violation.leastDistance);
          return `不一致が${least}文字より少ない形でこの名前を含むハッシュはありません。${least}文字の不一致を許容するか、名前を変えてください。`;
        }
        case "ideal-range":
          return `許容する不一致は${range(violation.highest)}にしてください。`;
        case "interesting-range":
          return `近い結果の不一致は${range(violation.highest)}にしてください。`;
        case "interesting-below-ideal":
          return "近い結果の不一致は、0（表示しない）か、許容する不一致以上にしてください。";
        case "search-id":
          return "検索番号は UUID にするか、空にしてください。";
        case "start-index":
          return "開始位置が大きすぎます。その後に候補は残っていません。";
      }
    },
  },
} satisfies Words;

function range(highest: number | undefined): string {
  return highest === undefined ? "0以上" : `0～${count(highest)}（名前の長さ）`;
}

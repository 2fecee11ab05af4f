import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { farMs, oddsNumbersIn } from "../../../client/odds-numbers.ts";
import type { Violation } from "../../../proto/rules.ts";
import type { HoldingLimits } from "../session/holding-limits.ts";
import type { Words } from "./en.ts";
import type { Doing } from "./several-words.ts";

const style: NumberStyle = { language: "ja", setsTight: true };
const { count, rate, duration, milliseconds } = numbersIn(style);

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const hashes = (n: bigint) => `${count(n)}個のハッシュ`;
const moments = new Intl.DateTimeFormat(style.language, { dateStyle: "medium", timeStyle: "short" });

const { oneIn, percent, span, expected } = oddsNumbersIn(style);
const likely = (chance: number, fractionDigits?: number) => {
  if (chance > 0.999) return `${percent(0.999)}超`;
  return chance > 0 && chance < 0.001 ? `${percent(0.001)}未満` : percent(chance, fractionDigits);
};
/** The span, or that it is longer than `farMs`. */
const about = (ms: number) => (ms < farMs ? span(ms) : `${span(farMs)}超`);

const budget = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));

const unanswered = "停止を要求しましたが、まだ確認できていません。サーバーから応答がありません。";

/** Every sentence of the page in Japanese. The browser sets the gaps around digits (text-autospace). */
export const ja = {
  ...style,
  numbers: { count, rate, duration, milliseconds },

  state: {
    idle: "準備完了です。",
    waiting: (ahead: number) =>
      ahead === 0
        ? "空きを待っています。次があなたの番です。"
        : `空きを待っています。前に${count(ahead)}件の検索があります。`,
    sending: "検索中…",
    running: (n: bigint, perSecond: number) =>
      perSecond === 0
        ? `検索中… ${hashes(n)}を計算済み。`
        : `検索中… ${hashes(n)}を計算済み、毎秒${rate(perSecond)}個。`,
    stopping: "停止処理中… サーバーの確認を待っています。",
    stopped: (workers: number, othersRun: boolean, others: number) => {
      if (workers === 0)
        return "検索を停止しました。どのワーカーも計算を始めていなかったことを、サーバーが確認しました。";
      if (others > 0) {
        const done = othersRun ? "この検索の処理を終えた" : "アイドル状態である";
        return `検索を停止しました。ほかのマシン${count(others)}台を含め、すべてのワーカーが${done}ことを、サーバーが確認しました。`;
      }
      const them = workers === 1 ? "使用したワーカーが" : `${count(workers)}個のワーカーすべてが`;
      return `検索を停止しました。${them}${othersRun ? "この検索の処理を終えた" : "アイドル状態である"}ことを、サーバーが確認しました。`;
    },
    unanswered,
    unconfirmed: (retryInMs: number | undefined, limitMs: number | undefined) =>
      [
        unanswered,
        retryInMs === undefined ? "再度確認しています。" : `${seconds(retryInMs)}後に再度確認します。`,
        limitMs === undefined
          ? "サーバーの制限時間が不明なため、まだ検索している可能性があります。"
          : `通信できないままでも、検索は${seconds(limitMs)}以内に自動的に停止します。`,
      ].join(""),
    notStarted: "検索を停止しました。サーバーはまだ開始しておらず、今後開始することもありません。",
    found: (n: bigint, elapsedMs: number) => `${hashes(n)}を計算し、${duration(elapsedMs)}で見つかりました。`,
    foundUnseen:
      "サーバーはちょうど一致を見つけたところでしたが、その結果はこのページに届きませんでした。ワーカーはアイドル状態です。",
    budget: (n: bigint, chance: number | undefined) =>
      chance === undefined
        ? `ハッシュ数の上限に達しました。${hashes(n)}を計算しました。`
        : `ハッシュ数の上限に達しました。${hashes(n)}を計算しました。それまでに一致が見つかる確率は${likely(chance, 1)}でした。`,
    timingOut: (limitMs: number) =>
      `制限時間の${duration(limitMs)}に達しました。サーバーの停止確認を待っています。`,
    timedOut: (limitMs: number) =>
      `制限時間の${duration(limitMs)}に達しました。サーバーが停止を確認しました。`,
    exhausted: "すべての候補を試しました。",
    shutdown: "サーバーが終了したため、この検索は停止しました。",
    lost: (retryInMs: number | undefined) =>
      `接続が切れました。サーバーがまだ検索しているかどうかは、今のところわかりません。${
        retryInMs === undefined ? "再試行しています。" : `${seconds(retryInMs)}後に再試行します。`
      }`,
    cutOff: "サーバーがまだ検索しているかどうかは、今のところわかりません。",
    back: "再接続しました。接続が切れた時点で、サーバーはこの検索を停止していました。",
    left: (retryInMs: number | undefined) =>
      `検索中にページが再読み込みされたか、閉じられました。${
        retryInMs === undefined
          ? "検索がどうなったかをサーバーに確認しています。"
          : `サーバーから応答がありません。${seconds(retryInMs)}後に再試行します。`
      }`,
    leftAndStopped:
      "検索中にページが再読み込みされたか、閉じられました。サーバーはその時点で検索を停止していました。",
    several: (counts: readonly (readonly [Doing, number])[]) => {
      const words = {
        searching: "検索中",
        waiting: "待機中",
        stopping: "停止処理中",
        stopped: "停止済み（サーバーが確認）",
        cancelled: "キャンセル済み",
        found: "発見",
        unknown: "通信不能",
        ended: "終了",
      };
      return `検索：${counts.map(([doing, n]) => `${words[doing]}${count(n)}件`).join("、")}。`;
    },
    restarted: "サーバーが再起動したため、この検索はもう実行されていません。",
    forgotten: "サーバーにこの検索の記録がないため、実行されていません。",
    refusedInput: (sentence: string) => `開始できませんでした。${sentence}`,
    failed: "サーバー側の問題により、この検索は終了しました。再度お試しください。",
  },

  action: {
    search: "検索",
    stop: "停止",
    stopping: "停止処理中…",
    stopAll: "すべて停止",
    resume: "続行",
    findNext: "次を探す",
    showMatch: "一致を取得",
    again: "もう一度検索",
    tryNow: "今すぐ再試行",
    remove: "一覧から外す",
    stopKey: "Esc でフォーカスのある検索、なければ最新の検索を停止します。",
    stopAllKey: "Esc を2回押すとすべて停止します。",
  },

  form: {
    legend: "新しい検索",
    name: "名前",
    nameHint: "使えるのは英数字と + と / です。大文字と小文字は区別しません。",
    wrongAllowed: "許容する不一致数",
    nearMisses: "近い結果も一覧に出す。",
    upTo: "不一致は",
    wrongLetters: () => "文字まで",
    limits: "制限",
    hashes: "ハッシュ数",
    hashesHint: (limit: bigint | undefined, isExceeded: boolean) => {
      if (limit === undefined || limit === 0n) return "制限なし";
      return isExceeded
        ? `サーバーの制限を超えています。${count(limit)}個で停止します。`
        : `サーバーの制限：${count(limit)}`;
    },
    time: "時間（秒）",
    timeHint: (limitMs: number | undefined, isExceeded: boolean) => {
      if (limitMs === undefined || limitMs === 0) return "制限なし";
      return isExceeded
        ? `サーバーの制限を超えています。${duration(limitMs)}で停止します。`
        : `サーバーの制限：${duration(limitMs)}`;
    },
    badHashes:
      "ハッシュ数として正しくありません。整数を入力するか、空のままにしてサーバーの制限に従ってください。",
    badTime:
      "秒数として正しくありません。0より大きい数を入力するか、空のままにしてサーバーの制限に従ってください。",
  },

  intro: {
    title: "このページについて",
    sentence:
      "どんなテキストにも、SHA-1 ハッシュという指紋があります。指紋の中に目当ての名前が現れるまで、バイト列を順に試していきます。",
    bytes: "バイト列",
    becomes: "の SHA-1（base64 表記）：",
    tryOne: "試してみる：",
    example: (name: string, wrong: number) => (wrong === 0 ? name : `${name}、${count(wrong)}文字違いまで`),
  },

  terms: {
    worker: "候補を試す、サーバーのスレッドです。すべての検索で共有します。",
    candidate: "試すバイト列です。1バイトのものをすべて試し、次に2バイトのもの、と順に進みます。",
    hash: "候補の SHA-1 を base64 で書いた28文字です。1個計算するごとに、候補を1つ試します。",
  },

  card: {
    region: "検索",
    empty: "検索はまだありません。名前を入力して Enter キーを押してください。",
    hashes: "ハッシュ数",
    elapsed: "経過",
    query: (wrongAllowed: number, alsoShow: number) =>
      [
        wrongAllowed === 0 ? "不一致なし" : `不一致は${count(wrongAllowed)}文字まで`,
        ...(alsoShow === 0 ? [] : [`近い結果は${count(alsoShow)}文字違いまで`]),
      ].join("、"),
    foundFor: (name: string) => `${name} の検索結果`,
    wrong: (distance: number) => (distance === 0 ? "完全一致" : `${count(distance)}文字違い`),
    candidate: "候補",
    lastCandidate: "最後に試した候補",
    hit: "一致",
    secret: "元のバイト列",
    emptySecret: "（0バイト）",
    matches: () => "一致数",
    nearMisses: () => "近い結果の数",
    bestOf: (shown: number, all: number) =>
      `${count(all)}件のうち、最も近い${count(shown)}件を表示しています。`,
    arrowKeys: "矢印キーで行とボタンを選び、Enter キーで押します。",
  },

  server: {
    title: "サーバーの現在の状態",
    lastHeard: "最後に届いたサーバーの状態",
    connecting: "サーバー：接続中…",
    offline:
      "サーバーからまだ応答がありません。検索とキーのストリームにはサーバーが必要ですが、確率と履歴はそのまま見られます。",
    connected: "サーバー：接続済み",
    asked: "サーバー：トークンが必要です",
    lost: "サーバー：接続できません",
    banner: (retryInMs: number) => `サーバーに接続できません。${seconds(retryInMs)}後に再試行します。`,
    searches: "検索",
    streams: "キーのストリーム",
    yours: (all: number, mine: number) => `${count(all)}件（うち自分${count(mine)}件）`,
    workers: "稼働中のワーカー",
    busy: (busy: number, all: number) => `${count(busy)} / ${count(all)}`,
    rate: "毎秒のハッシュ数",
    waiting: "待機中",
    hashes: "ハッシュ総数",
  },

  proof: {
    title: "直近の停止",
    none: "まだ何も停止していません。停止すると、サーバーによる証明がここに表示されます。",
    withSearch: "サーバーの報告は、その検索の中にあります。",
    proven: "証明済み",
    open: "未確認",
    asking: "確認中",
    pressed: (reason: string) => `${reason} の停止を指示`,
    confirmed: "このページで確認",
    notBegun: "未開始",
  },

  connections: {
    queued:
      "空いている接続を待っています。停止をいつでも確認できるよう、このブラウザーの検索とストリームは同時に合わせて4件までです。",
    withdrawn: "接続を待つ間にキャンセルしました。サーバーには送信されていません。",
    cancel: "キャンセル",
    lost: "サーバーと通信できません。自動的に再試行を続けます。",
    tryingNow: "サーバーに接続できません。再試行しています。",
    back: "サーバーとの通信が復旧しました。",
  },

  kept: {
    copyLink: "リンクをコピー",
    copyBytes: "バイト列をコピー",
    check: "確認",
    copied: "コピーしました",
    notCopied: "ブラウザーがコピーを許可しませんでした。",
    ofMatch: (hash: string) => `：一致 ${hash}`,
    ofNearMiss: (hash: string) => `：近い結果 ${hash}`,
    exportOf: (name: string) => `${name} の検索結果`,
    pictureOf: (name: string) => `${name} の最良の結果の画像`,
    match: "一致",
    history: "履歴",
    clear: "履歴を消去",
    cleared: "履歴を消去しました。",
    show: "表示",
    delete: "削除",
    undo: "元に戻す",
    undone: "元に戻しました。",
    takenOff: (name: string, isKept: boolean) =>
      isKept ? `${name} を履歴に移しました。` : `${name} を一覧から外しました。`,
    deleted: (name: string) => `${name} を履歴から削除しました。`,
    found: (ideal: number, near: number) =>
      `一致${count(ideal)}件${near === 0 ? "" : `、近い結果${count(near)}件`}`,
    notKept: "このブラウザーはこのページの履歴を保存しません。ページを閉じると検索は失われます。",
    titleSearching: (name: string) => `${name} を検索中`,
    titleFound: (name: string) => `${name} を発見`,
    titleStopped: (name: string) => `${name} を停止`,
    titleEnded: (name: string) => `${name} を終了`,
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
        ? `${hash}。このサーバーでは毎秒約${rate(matches)}回です。`
        : `${hash}。このサーバーでは約${about(1000 / matches)}に1回です。`;
    },
    within: (
      limits: HoldingLimits,
      chance: number,
      mark: number | undefined,
      needed: number | undefined,
      perSecond: number | undefined,
    ) => {
      const those = [
        ...(limits.hashes === undefined ? [] : [`${budget(limits.hashes)}ハッシュ`]),
        ...(limits.ms === undefined ? [] : [duration(limits.ms)]),
      ];
      const now = `制限（${those.join("、")}）内に見つかる確率は${likely(chance)}です。`;
      if (mark === undefined || needed === undefined) return now;
      const time = perSecond === undefined ? "" : `（約${about((needed / perSecond) * 1000)}）`;
      return `${now}${percent(mark)}にするには${oneIn(needed)}ハッシュ${time}が必要です。`;
    },
    byNow: "ここまでの確率",
    chance: (chance: number) => likely(chance),
    atLimit: (chance: number, ms: number) => `あと${about(ms)}で制限に達し、その時点で${likely(chance)}`,
    next: (mark: number, ms: number) => `あと${about(ms)}で${percent(mark)}`,
    average: (ms: number) => `平均で${about(ms)}に1件の一致が見つかります。`,
    averageHashes: (p: number) => `平均で${oneIn(1 / p)}個のハッシュに1件の一致が見つかります。`,
    note: (average: string) => `${average}検索に記憶はなく、次の1分の見込みも最初の1分と同じです。`,
    mark: (mark: number) => percent(mark),
    ladder: (name: string) => `${name} の検索結果：見つかった数と確率から見込まれる数`,
    wrong: "不一致数",
    found: "発見",
    expectedHead: "期待値",
    expected: (matches: number | undefined) => (matches === undefined ? "…" : expected(matches)),
  },

  streams: {
    views: "このページに表示するもの",
    searches: "検索",
    title: "キーのストリーム",
    guide: "ガイド",
    running: (n: number) => (n === 0 ? "" : `${count(n)}件実行中`),
  },

  everyone: {
    named: (name: string, sentence: string) => `${name}：${sentence}`,
    language: "言語",
    keys: "キー操作",
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
          return "「=」はこのハッシュの末尾にしか現れません。末尾だけに使ってください。";
        case "name-impossible": {
          const least = count(violation.leastDistance);
          return `この名前を含むハッシュには、必ず${least}文字以上の不一致があります。不一致を${least}文字まで許容するか、名前を変えてください。`;
        }
        case "ideal-range":
          return `許容する不一致数は${range(violation.highest)}にしてください。`;
        case "interesting-range":
          return `近い結果の不一致数は${range(violation.highest)}にしてください。`;
        case "interesting-below-ideal":
          return "近い結果の不一致数は、0（表示しない）か、許容する不一致数以上にしてください。";
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

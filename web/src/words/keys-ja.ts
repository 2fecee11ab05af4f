import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { type KeyViolation, longestKey } from "../../../proto/key-rule.ts";
import type { KeysWords } from "./keys-words.ts";

const style: NumberStyle = { language: "ja", setsTight: true };
const { count, duration } = numbersIn(style);

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const afterMessages = (n: number) => (n === 0 ? "最初のメッセージの前に" : `${count(n)}件のメッセージの後に`);
const keysAhead = (n: number) =>
  n === 0 ? "前にほかのキーはありません。" : `前に${count(n)}個のキーがあります。`;

/** What is said of the keyed streams, in Japanese. */
export const keysJa = {
  language: style.language,
  intro:
    "キーを押すとストリームが始まり、毎秒1件、合計10件のメッセージが届きます。同じキーを再び押すと、メッセージの合間でもキャンセルできます。",
  why: "検索は1つの長い呼び出し、キーは多数の短い呼び出しで、どちらも同じ仕組みでキャンセルされます。出典：",
  searchSource: "gRPC の HashFinder",
  betweenSources: "と",
  keySource: "公開されている Message.Stream の記事",
  keyboard:
    "ここで入力するか、下のキーを押してください。キーボードで始まるのは、この部分にフォーカスがある間だけです。",
  keys: "キー",
  other: "ほかのキー",
  otherHint: (most: number) => `1～${count(most)}文字。`,
  press: "押す",
  list: "ストリーム",
  empty: "ストリームはまだありません。キーを押してください。",
  start: "もう一度始める",
  cancel: "キャンセル",
  cancelAll: "すべてキャンセル",
  cancelKey: "Esc でフォーカスのあるストリーム、なければ最後に始めたものをキャンセルします。",
  cancelAllKey: "Esc を2回押すとすべてキャンセルします。",
  clear: "終わったものを消す",
  messagesOf: (key: string) => `${key} のメッセージ`,
  progressOf: (key: string) => `${key} の進み具合`,
  forConnection: (ahead: number) => `空いている接続を待っています。${keysAhead(ahead)}`,
  forToken: "トークンの入力を待っています。",
  forServer: (ahead: number) => `サーバーの空きを待っています。${keysAhead(ahead)}`,
  refused: (ofClient: boolean, retryInMs: number) =>
    [
      ofClient
        ? "開いているストリームが、サーバーの許す数に達しています。"
        : "サーバーのストリームが上限に達しています。",
      retryInMs > 0 ? `${seconds(retryInMs)}後に再試行します。` : "再試行しています。",
    ].join(""),
  on: (n: number, of: number) =>
    n === 0
      ? "始めました。最初のメッセージを待っています。"
      : `実行中：${count(of)}件中${count(n)}件のメッセージを受信。`,
  done: (n: number) => `完了：${count(n)}件のメッセージがすべて届きました。`,
  cancelled: (n: number) => `${afterMessages(n)}キャンセルしました。`,
  lost: (n: number) => `${afterMessages(n)}失敗：サーバーとの接続が切れました。`,
  lostToProxy: (n: number, status: number) =>
    `${afterMessages(n)}失敗：サーバーの手前のプロキシが${status}を返しました。`,
  shutdown: (n: number) => `${afterMessages(n)}終了：サーバーが停止しようとしています。`,
  timedOut: (n: number) => `${afterMessages(n)}終了：サーバーの制限時間に達しました。`,
  failed: (n: number) => `${afterMessages(n)}失敗：サーバー側で問題が起きました。`,
  invalid: (sentence: string) => `開始していません：${sentence}`,
  rule: (violation: KeyViolation) =>
    violation.rule === "key-empty"
      ? `キーが空です。1～${count(longestKey)}文字を入力してください。`
      : `キーは${count(violation.length)}文字あります。${count(longestKey)}文字以内にしてください。`,
} satisfies KeysWords;

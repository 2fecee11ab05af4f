import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import type { CheckWords } from "./check-words.ts";

const style: NumberStyle = { language: "ja", setsTight: true };
const { count } = numbersIn(style);

/** What is said of one match, in Japanese. */
export const checkJa = {
  language: style.language,
  title: "自分で確かめる",
  inShell: "シェルでこの行を実行すると、同じ指紋が表示されます：",
  copyCommand: "コマンドをコピー",
  compute: "ここで計算",
  same: "このブラウザーがバイト列から指紋を計算しました。結果は同じです。",
  different: (hash: string) => `このブラウザーがバイト列から指紋を計算しました。結果は異なります：${hash}`,
  noCrypto:
    "このページは暗号化されていない HTTP で開かれているため、ブラウザーは指紋の計算（Web Crypto）を許可しません。シェルの行はそのまま使えます。",
  open: "これだけを開く",
  close: "閉じる",
  spells: (name: string, wrong: number) => {
    if (wrong >= name.length) return `この指紋に ${name} は現れません。`;
    return wrong === 0
      ? `この指紋には ${name} が現れます。`
      : `この指紋には ${name} が${count(wrong)}文字違いで現れます。`;
  },
  computed: "リンクのバイト列から、このブラウザーがサーバーを使わずに今計算しました。",
  searchFor: (example: string) => `検索する：${example}`,
  another: "別の名前を検索",
  bad: (sentence: string) => `一致を表示できません：${sentence}`,
  badBytes:
    "リンクのバイト列がないか、壊れています。リンク全体をコピーし直すか、自分で名前を検索してください。",
} satisfies CheckWords;

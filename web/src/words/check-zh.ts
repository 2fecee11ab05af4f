import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import type { CheckWords } from "./check-words.ts";

const style: NumberStyle = { language: "zh-Hans", setsTight: true };
const { count } = numbersIn(style);

/** What is said of one match, in simplified Chinese. */
export const checkZh = {
  language: style.language,
  title: "自行验证",
  inShell: "在 shell 中运行这一行，会输出同样的指纹：",
  copyCommand: "复制命令",
  compute: "在此计算",
  same: "本浏览器已根据字节算出指纹，结果相同。",
  different: (hash: string) => `本浏览器已根据字节算出指纹，结果不同：${hash}`,
  noCrypto:
    "本页是通过普通 HTTP 打开的，浏览器不允许这样的页面计算指纹（Web Crypto）。在 shell 中运行的命令仍然可用。",
  open: "单独打开",
  close: "关闭",
  spells: (name: string, wrong: number) => {
    if (wrong >= name.length) return `这个指纹里没有出现 ${name}。`;
    return wrong === 0
      ? `这个指纹里出现了 ${name}。`
      : `这个指纹里出现了 ${name}，其中错${count(wrong)}个字符。`;
  },
  computed: "你的浏览器刚刚根据链接中的字节算出了它，没有用到服务器。",
  searchFor: (example: string) => `搜索 ${example}`,
  another: "搜索其他名称",
  bad: (sentence: string) => `无法显示匹配：${sentence}`,
  badBytes: "链接中的字节缺失或已损坏。请重新复制完整的链接，或自行搜索一个名称。",
} satisfies CheckWords;

import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { pluralsIn } from "./plurals.ts";

const style: NumberStyle = { language: "en", setsTight: false };
const { count } = numbersIn(style);
const plural = pluralsIn(style);

/** What is said of one match, in English. */
export const checkEn = {
  language: style.language,
  title: "Check it yourself",
  inShell: "In a shell, this line prints the same fingerprint:",
  copyCommand: "Copy command",
  compute: "Compute it here",
  same: "This browser has computed the fingerprint from the bytes. It is the same.",
  different: (hash: string) =>
    `This browser has computed the fingerprint from the bytes. It is another one: ${hash}`,
  noCrypto:
    "This page was opened over plain HTTP, where browsers do not let it compute a fingerprint (Web Crypto). The line for the shell works all the same.",
  open: "Open on its own",
  close: "Close",
  spells: (name: string, wrong: number) => {
    if (wrong >= name.length) return `This fingerprint does not spell ${name}.`;
    if (wrong === 0) return `This fingerprint spells ${name}.`;
    return `This fingerprint spells ${name}, with ${count(wrong)} wrong ${plural(wrong, { one: "letter", other: "letters" })}.`;
  },
  computed: "Your browser has just computed it from the bytes in the link, without the server.",
  searchFor: (example: string) => `Search for ${example}`,
  another: "Search for another name",
  bad: (sentence: string) => `Cannot show a match: ${sentence}`,
  badBytes:
    "The bytes in the link are missing or damaged. Copy the whole link again, or search for a name yourself.",
};

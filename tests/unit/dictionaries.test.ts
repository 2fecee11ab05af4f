import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { type NumberStyle, numbersIn } from "../../client/numbers.ts";
import { oddsNumbersIn } from "../../client/odds-numbers.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { allStates } from "../../web/src/states/search-states.ts";
import { checkEn } from "../../web/src/words/check-en.ts";
import { checkJa } from "../../web/src/words/check-ja.ts";
import { checkWords } from "../../web/src/words/check-words.ts";
import { checkZh } from "../../web/src/words/check-zh.ts";
import { en, type Words } from "../../web/src/words/en.ts";
import { guideEn } from "../../web/src/words/guide-en.ts";
import { guideJa } from "../../web/src/words/guide-ja.ts";
import { guideWords } from "../../web/src/words/guide-words.ts";
import { guideZh } from "../../web/src/words/guide-zh.ts";
import { ja } from "../../web/src/words/ja.ts";
import { keysEn } from "../../web/src/words/keys-en.ts";
import { keysJa } from "../../web/src/words/keys-ja.ts";
import { keysWords } from "../../web/src/words/keys-words.ts";
import { keysZh } from "../../web/src/words/keys-zh.ts";
import { firstKnown } from "../../web/src/words/languages.ts";
import { pluralsIn } from "../../web/src/words/plurals.ts";
import { proofEn } from "../../web/src/words/proof-en.ts";
import { proofJa } from "../../web/src/words/proof-ja.ts";
import { proofWords } from "../../web/src/words/proof-words.ts";
import { proofZh } from "../../web/src/words/proof-zh.ts";
import { rareEn } from "../../web/src/words/rare-en.ts";
import { rareJa } from "../../web/src/words/rare-ja.ts";
import { rarelySaid, rareWords } from "../../web/src/words/rare-words.ts";
import { rareZh } from "../../web/src/words/rare-zh.ts";
import { shortcutsEn } from "../../web/src/words/shortcuts-en.ts";
import { shortcutsJa } from "../../web/src/words/shortcuts-ja.ts";
import { shortcutsWords } from "../../web/src/words/shortcuts-words.ts";
import { shortcutsZh } from "../../web/src/words/shortcuts-zh.ts";
import { zh } from "../../web/src/words/zh.ts";
import { plain, said } from "./session-fixtures.ts";

const german: NumberStyle = { language: "de", setsTight: false };

/** A third language in Latin letters: English in other words, with German numbers. */
const third = {
  ...(inOtherWords(en) as Words),
  ...german,
  numbers: numbersIn(german),
} satisfies Words;

function inOtherWords(value: unknown): unknown {
  if (typeof value === "string") return `${value} Ahoy!`;
  if (typeof value === "function") return (...given: unknown[]) => `${value(...given)} Ahoy!`;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, inOtherWords(below)]));
}

const others: readonly Words[] = [zh, ja, third];

/** Dictionaries of one room: English, then the others. */
const apart = [
  [checkEn, checkZh, checkJa],
  [guideEn, guideZh, guideJa],
  [keysEn, keysZh, keysJa],
  [proofEn, proofZh, proofJa],
  [rareEn, rareZh, rareJa],
  [shortcutsEn, shortcutsZh, shortcutsJa],
] as const;

/** Every sentence, by its path: "state.idle". */
function leaves(value: object, path = ""): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(value).flatMap(([key, below]) => {
      const here = path === "" ? key : `${path}.${key}`;
      return typeof below === "object" ? [...leaves(below, here)] : [[here, below] as const];
    }),
  );
}

const translations: readonly (readonly [name: string, theirs: object, ours: object])[] = [
  ...others.map((dictionary) => [dictionary.language, dictionary, en] as const),
  ...apart.flatMap(([ours, ...translated], i) =>
    translated.map((theirs) => [`part ${i} of ${theirs.language}`, theirs, ours] as const),
  ),
];

for (const [name, dictionary, english] of translations) {
  test(`${name} has every key of English and no other`, () => {
    const [theirs, ours] = [leaves(dictionary), leaves(english)];
    assert.deepEqual([...theirs.keys()].sort(), [...ours.keys()].sort());
    for (const [path, value] of ours) assert.equal(typeof theirs.get(path), typeof value, path);
  });

  test(`${name} translates every sentence`, () => {
    const ours = leaves(english);
    const same = [...leaves(dictionary)].filter(
      ([path, value]) => typeof value === "string" && value === ours.get(path),
    );
    assert.deepEqual(same, []);
  });
}

for (const dictionary of others) {
  test(`${dictionary.language} says every state without a word of English`, () => {
    const around = { now: 60_000, serverTimeLimitMs: 10_000 };
    for (const state of allStates) {
      // A language without the room of rare endings has it in English.
      if (dictionary === third && rarelySaid(state, dictionary, around) !== undefined) continue;
      const words = withoutNames(said(state, dictionary, around), state);
      assert.notEqual(words, said(state, en, around));
      // Where letters are Han and kana, whatever is Latin is English.
      if (dictionary.setsTight) assert.doesNotMatch(words, /[a-z]{2,}/i);
    }
  });
}

test("the sentences of a room are in the language of the others, else in English", () => {
  for (const dictionary of [en, zh, ja]) {
    assert.equal(checkWords(dictionary).language, dictionary.language);
    assert.equal(guideWords(dictionary).language, dictionary.language);
    assert.equal(keysWords(dictionary).language, dictionary.language);
    assert.equal(proofWords(dictionary).language, dictionary.language);
    assert.equal(rareWords(dictionary).language, dictionary.language);
    assert.equal(shortcutsWords(dictionary).language, dictionary.language);
  }
  assert.equal(checkWords(third), checkEn);
});

test("what a fingerprint spells is said with its wrong letters, or that it does not", () => {
  assert.deepEqual(
    [0, 1, 2, 5, 6].map((wrong) => checkEn.spells("doctor", wrong)),
    [
      "This fingerprint spells doctor.",
      "This fingerprint spells doctor, with 1 wrong letter.",
      "This fingerprint spells doctor, with 2 wrong letters.",
      "This fingerprint spells doctor, with 5 wrong letters.",
      "This fingerprint does not spell doctor.",
    ],
  );
  for (const { spells } of [checkZh, checkJa])
    assert.equal(new Set([0, 1, 2, 6].map((wrong) => spells("doctor", wrong))).size, 4);
});

/** The names of machines are the same in all languages. */
function withoutNames(text: string, { report }: SearchState): string {
  return (report?.hops ?? []).reduce((rest, { serverName }) => rest.replaceAll(serverName, ""), text);
}

test("every key is used by the page", () => {
  const sources = globSync("{web/src,client}/**/*.{ts,tsx}").filter(
    (path) => !/^(\w+-)?(en|zh|ja)\.ts$/.test(basename(path)),
  );
  const code = sources.map((path) => readFileSync(path, "utf8")).join("\n");
  // As a property, taken apart, or as the value of a union that chooses it.
  const unused = [en, checkEn, guideEn, keysEn, proofEn, shortcutsEn]
    .flatMap((english) => [...leaves(english).keys()])
    .filter((path) => {
      const key = path.split(".").at(-1);
      return !new RegExp(`(\\.|\\{ |, |")${key}\\b`).test(code);
    });
  assert.deepEqual(unused, []);
});

test("numbers and durations are written as the language does", () => {
  const written = [en, zh, ja].map(({ numbers: { rate, duration, milliseconds }, odds }) =>
    [
      rate(12_100_000),
      duration(125_000),
      duration(400),
      duration(18),
      milliseconds(2.41),
      odds.chance(0.55),
    ].map(plain),
  );
  assert.deepEqual(written, [
    ["12.1 million", "2 min 5 s", "0.4 s", "18 ms", "2.4 ms", "55 %"],
    ["1,210万", "2分钟5秒", "0.4秒", "18毫秒", "2.4毫秒", "55%"],
    ["1,210万", "2分5秒", "0.4秒", "18 ms", "2.4 ms", "55%"],
  ]);
});

test("digits are grouped alike in every number of a language", () => {
  for (const { numbers, odds } of [zh, ja]) {
    assert.deepEqual(
      [4_182, 41_820, 418_200, 4_182_000, 41_820_000].map((n) => numbers.rate(n)),
      ["4,180", "4.18万", "41.8万", "418.2万", "4,182万"],
    );
    assert.match(odds.line(1 / 51_000_000, undefined), /5,100万/);
  }
});

test("a sentence about one of several has the language's own colon", () => {
  const named = [en, zh, ja].map(({ everyone }) => everyone.named("web", "…"));
  assert.deepEqual(named, ["web: …", "web：…", "web：…"]);
});

test("a third language in Latin letters sets its numbers as English does, with its own digits and words", () => {
  const { rate, duration, milliseconds } = numbersIn(german);
  const { percent, span } = oddsNumbersIn(german);
  assert.deepEqual(
    [
      rate(12_100_000),
      duration(125_000),
      duration(400),
      duration(18),
      milliseconds(2.41),
      percent(0.55),
      span(3.5 * 86_400_000),
    ],
    [
      "12,1 Millionen",
      "2\u00a0min 5\u00a0s",
      "0,4\u00a0s",
      "18\u00a0ms",
      "2,4\u00a0ms",
      "55\u00a0%",
      "3,5 Tage",
    ],
  );
});

test("a word takes the form that its language has for the number", () => {
  const polish = pluralsIn({ language: "pl", setsTight: false });
  const forms = { one: "wynik", few: "wyniki", many: "wyników", other: "wyniku" };
  assert.deepEqual(
    [0, 1, 2, 5, 12, 22, 101, 1n, 10n ** 12n].map((n) => polish(n, forms)),
    ["wyników", "wynik", "wyniki", "wyników", "wyników", "wyniki", "wyników", "wynik", "wyników"],
  );
  assert.equal(polish(2, { other: "wyniku" }), "wyniku", "where a form is missing, the one that all have");
  assert.deepEqual(
    [0, 1, 2, 101].map((n) => en.kept.found(n, 0)),
    ["0 matches", "1 match", "2 matches", "101 matches"],
  );
  assert.equal(en.kept.found(1, 48), "1 match, 48 near misses");
  assert.equal(en.state.waiting(1), "Waiting for a free place. 1 search is ahead of you.");
  assert.equal(en.state.waiting(2), "Waiting for a free place. 2 searches are ahead of you.");
});

test("no line is broken between a number and its unit", () => {
  assert.equal(en.numbers.duration(400), "0.4\u00a0s");
  assert.equal(en.odds.chance(0.55), "55\u00a0%");
  assert.match(ja.odds.average(9e8 * 365.25 * 86_400_000), /9億年/);
});

test("the first wish that the page can fulfil is its language", () => {
  assert.equal(firstKnown([null, undefined, "de-DE", "zh-Hant-TW", "en"]), "zh");
  assert.equal(firstKnown(["ja-JP"]), "ja");
  assert.equal(firstKnown(["xx", "fr"]), "en");
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { contentOf } from "../../web/src/kept/export.ts";
import { pictureOf } from "../../web/src/kept/picture.ts";
import { en } from "../../web/src/words/en.ts";
import { after } from "./session-fixtures.ts";

const captions = { ...en.intro, ...en.card };
const nearMiss = {
  secret: "f/0DAA==",
  hash: "HvJEXshgdOCTo7S/+v9U8VK0LTo=",
  distance: 1,
  index: 261_503n,
  offset: 8,
};
const exact = {
  secret: "CITfBg==",
  hash: "5VdOcToRIRJ7fOxYSJDnahvxVzo=",
  distance: 0,
  index: 159_768_583n,
  offset: 2,
};

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** The elements of an XML text in order, each with all the text in it. Throws where the text is not well-formed. */
function parsed(xml: string): readonly Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const token = /<(\/?)([a-z]+)((?: [\w-]+="[^"<&]*")*)(\/?)>|([^<]+)/giy;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const found = token.exec(xml);
    assert.ok(found, `not XML at: ${xml.slice(at, at + 40)}`);
    const [, closing, name = "", attributes = "", isEmpty, text] = found;
    if (text !== undefined) {
      assert.doesNotMatch(text, /&(?!(amp|lt|gt);)|\p{Cc}(?<![\t\n\r\x7f-\x9f])/u);
      const plain = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
      for (const element of open) element.text += plain;
    } else if (closing) assert.equal(open.pop()?.name, name);
    else {
      const pairs = Array.from(attributes.matchAll(/([\w-]+)="([^"]*)"/g), ([, key = "", value = ""]) => [
        key,
        value,
      ]);
      const element: Element = { name, attributes: Object.fromEntries(pairs), text: "" };
      elements.push(element);
      if (!isEmpty) open.push(element);
    }
  }
  assert.deepEqual(open, []);
  return elements;
}

const textsOf = (xml: string) =>
  parsed(xml)
    .filter(({ name }) => name === "text")
    .map(({ text }) => text);

test("the picture of a match tells the name, the bytes, their hash, and how to check it", () => {
  assert.deepEqual(textsOf(pictureOf(nearMiss, "doctor", captions)), [
    "doctor",
    "1 wrong",
    "the bytes 7F FD 03 00",
    "have this SHA-1, in base64:",
    nearMiss.hash,
    "printf '\\177\\375\\003\\000' | openssl dgst -sha1 -binary | base64",
    "Hash Finder",
  ]);
  assert.equal(textsOf(pictureOf({ ...exact, secret: "" }, "doctor", captions))[2], "the bytes (no bytes)");
});

test("the picture is drawn as it was when people last looked at it", () => {
  const seen = readFileSync(new URL("../vectors/match-picture.svg", import.meta.url), "utf8");
  assert.equal(pictureOf(nearMiss, "doctor", captions), seen);
});

test("every letter of the hash has its place, the mark is behind the name, and a dot below what is wrong", () => {
  const elements = parsed(pictureOf(nearMiss, "doctor", captions));
  const hash = elements.find(({ text, name }) => name === "text" && text === nearMiss.hash);
  const places = hash?.attributes.x?.split(" ").map(Number) ?? [];
  assert.equal(places.length, 28);
  const mark = elements.filter(({ name }) => name === "rect")[1]?.attributes;
  const [from, to] = [Number(mark?.x), Number(mark?.x) + Number(mark?.width)];
  assert.deepEqual(
    places.flatMap((x, i) => (x > from && x < to ? [i] : [])),
    [8, 9, 10, 11, 12, 13],
  );
  const wrong = nearMiss.hash.indexOf("7");
  assert.deepEqual(
    elements.flatMap(({ name, attributes }) => (name === "circle" ? [Number(attributes.cx)] : [])),
    [places[wrong]],
  );
  assert.equal(elements.find(({ attributes, name }) => name === "tspan" && attributes.fill)?.text, "7");
  assert.ok(!pictureOf(exact, "doctor", captions).includes("<circle"));
  assert.match(pictureOf(exact, "dzctzr", captions), /<circle [^>]*\/><circle [^>]*\/>\n/);
});

test("the picture stands alone and is well-formed, whatever the name and the words are", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 28 }), (name) => {
      const picture = pictureOf(exact, name, { ...captions, becomes: `${name}<&>"']]>` });
      parsed(picture);
      assert.doesNotMatch(
        picture.replace('xmlns="http://www.w3.org/2000/svg"', ""),
        /https?:|url\(|href|@import|<script|<style/,
      );
    }),
  );
  const [name, , , becomes] = textsOf(pictureOf(exact, "a<b&c>", { ...captions, becomes: "&lt;" }));
  assert.deepEqual([name, becomes], ["a<b&c>", "&lt;"]);
  assert.equal(textsOf(pictureOf(exact, "a\u0000b", captions))[0], "a\ufffdb");
});

test("long names are set smaller, so that they stay in the picture", () => {
  for (const name of ["abc", "a".repeat(28)]) {
    for (const { name: kind, attributes, text } of parsed(pictureOf(exact, name, captions))) {
      if (kind !== "text" || !attributes["font-family"]?.includes("mono") || attributes.x?.includes(" "))
        continue;
      const width = text.length * 0.6 * Number(attributes["font-size"]);
      assert.ok(Number(attributes.x) + width <= 1200 - 60, `${text}: ${width}`);
    }
  }
});

test("the picture of a search is of its best match", () => {
  const state = after({ type: "matches", runId: "one", batch: [nearMiss, exact] });
  assert.equal(contentOf(state, "svg", captions), pictureOf(exact, state.query.name, captions));
});

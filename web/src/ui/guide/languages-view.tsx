import type { ComponentChild } from "preact";
import table from "../../../../docs/languages.json" with { type: "json" };
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";
import { GuideTable } from "./guide-table.tsx";

/** What each language does on cancel: who cancels outgoing calls, what a handler must do, what a client sees. */
export function LanguagesView() {
  const { languages: text } = guideWords(words.value);
  return (
    <section class="scenario" aria-labelledby="scenario-title">
      <h2 id="scenario-title">{text.title}</h2>
      <p>{text.text}</p>
      <GuideTable
        class="by-language"
        columns={[text.language, text.client, text.outgoing, text.handler]}
        rows={table.languages.map((row) => ({
          key: row.library,
          head: <Library row={row} />,
          cells: [<Client key="client" row={row} />, withCode(row.outgoing), withCode(row.handler)],
        }))}
      />
    </section>
  );
}

type Row = (typeof table.languages)[number];

function Library({ row: { language, library, observed, ends, sources } }: { readonly row: Row }) {
  const { languages: text } = guideWords(words.value);
  return (
    <>
      {inWords(language)} <small lang="en">{library}</small>
      <small>{observed ? text.observed(observed.clients.join("; ")) : text.read}</small>
      {ends && <small>{text.ends(ends.client)}</small>}
      {sources.map(({ name, url }, i) => (
        <small key={url}>
          <a href={url} title={name} rel="noreferrer">
            {text.source(i + 1)}
          </a>
        </small>
      ))}
    </>
  );
}

/** How a client cancels, what it sees then, and what it really saw. */
function Client({ row: { cancel, sees, observed } }: { readonly row: Row }) {
  return (
    <>
      <p>{withCode(cancel)}</p>
      <p>{withCode(sees)}</p>
      {observed && (
        <p>
          <code>{observed.saw}</code>
        </p>
      )}
    </>
  );
}

/** A text in each language, or what is the same in all of them. */
type Text = string | { readonly en: string; readonly "zh-Hans": string; readonly ja: string };

function inWords(text: Text): string {
  if (typeof text === "string") return text;
  const { language } = guideWords(words.value);
  return language in text ? text[language as keyof typeof text] : text.en;
}

/** What stands between backticks is code. */
function withCode(text: Text): ComponentChild {
  return inWords(text)
    .split("`")
    .map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}

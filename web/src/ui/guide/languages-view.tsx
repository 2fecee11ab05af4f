import type { ComponentChild } from "preact";
import table from "../../../../docs/languages.json" with { type: "json" };
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";

/** What each language does on cancel: who cancels outgoing calls, what a handler must do, what a client sees. */
export function LanguagesView() {
  const { languages: text } = guideWords(words.value);
  return (
    <section class="scenario" aria-labelledby="scenario-title">
      <h2 id="scenario-title">{text.title}</h2>
      <p>{text.text}</p>
      <table class="codes by-language">
        <thead>
          <tr>
            <th scope="col">{text.language}</th>
            <th scope="col">{text.client}</th>
            <th scope="col">{text.outgoing}</th>
            <th scope="col">{text.handler}</th>
          </tr>
        </thead>
        <tbody>
          {table.languages.map(
            ({ language, library, cancel, sees, observed, ends, outgoing, handler, sources }) => (
              <tr key={library}>
                <th scope="row">
                  <span lang="en">{language}</span> <small lang="en">{library}</small>
                  <small>{observed ? text.observed(observed.clients.join("; ")) : text.read}</small>
                  {ends && <small>{text.ends(ends.client)}</small>}
                  {sources.map(({ name, url }, i) => (
                    <small key={url}>
                      <a href={url} title={name} rel="noreferrer">
                        {text.source(i + 1)}
                      </a>
                    </small>
                  ))}
                </th>
                <td lang="en">
                  {withCode(cancel)}; {withCode(sees)}
                  {observed && (
                    <>
                      : <code>{observed.saw}</code>
                    </>
                  )}
                </td>
                <td lang="en">{withCode(outgoing)}</td>
                <td lang="en">{withCode(handler)}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </section>
  );
}

/** What stands between backticks is code. */
function withCode(text: string): ComponentChild {
  return text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}

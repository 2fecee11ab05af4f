import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";

const rows = ["reason", "clientStreaming", "trailers", "http2", "connections"] as const;

/** What a browser cannot do, and what this app does instead. */
export function BrowserView() {
  const text = guideWords(words.value);
  return (
    <section class="scenario" aria-labelledby="scenario-title">
      <h2 id="scenario-title">{text.browser.title}</h2>
      <p>{text.browser.text}</p>
      <table class="codes">
        <thead>
          <tr>
            <th scope="col">{text.browser.cannot}</th>
            <th scope="col">{text.browser.instead}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{text.browser.rows[row].cannot}</th>
              <td>{text.browser.rows[row].instead}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

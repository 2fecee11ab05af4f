import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";
import { GuideTable } from "./guide-table.tsx";

const limits = ["reason", "clientStreaming", "trailers", "http2", "connections"] as const;

/** What a browser cannot do, and what this app does instead. */
export function BrowserView() {
  const { browser: text } = guideWords(words.value);
  return (
    <section class="scenario" aria-labelledby="scenario-title">
      <h2 id="scenario-title">{text.title}</h2>
      <p>{text.text}</p>
      <GuideTable
        columns={[text.cannot, text.instead]}
        rows={limits.map((limit) => ({
          key: limit,
          head: text.rows[limit].cannot,
          cells: [text.rows[limit].instead],
        }))}
      />
    </section>
  );
}

import { useEffect, useRef } from "preact/hooks";
import { linkedMatch } from "../../session/match-link.ts";
import { checkWords } from "../../words/check-words.ts";
import { words } from "../parts/language.ts";
import { LinkedMatchParts } from "./linked-match.tsx";

export interface MatchViewProps {
  /** What the link says. */
  readonly query: string;
  readonly announce: (line: string, topic: string) => void;
  /** The link to the match of a query. */
  readonly hrefOf: (query: string) => string;
  /** Where searches are. */
  readonly home: string;
  /** Searches for a name with so many wrong letters. */
  readonly onSearch: (example: { readonly name: string; readonly wrongAllowed: number }) => void;
  /** Makes the form ready for another name. */
  readonly onOther: () => void;
}

/** One match, all of it from its link: the server is not asked. */
export function MatchView(props: MatchViewProps) {
  const text = checkWords(words.value);
  const { intro, kept, everyone } = words.value;
  const title = useRef<HTMLHeadingElement>(null);
  const match = linkedMatch(props.query);

  // The link that led here went away with its view, and took the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true });
  }, []);

  function problem(): string {
    if (!("rule" in match)) return "";
    return text.bad(match.rule === "bytes" ? text.badBytes : everyone.rule(match));
  }

  return (
    <section class="match-view" aria-labelledby="match-title">
      <h2 id="match-title" ref={title} tabIndex={-1}>
        {kept.match}
      </h2>
      {"rule" in match ? (
        <p class="problem">{problem()}</p>
      ) : (
        <>
          <p class="intro-sentence">{intro.sentence}</p>
          <LinkedMatchParts match={match} {...props} />
        </>
      )}
      <a class="other" href={props.home} onClick={props.onOther}>
        {text.another}
      </a>
    </section>
  );
}

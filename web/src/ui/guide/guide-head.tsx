import { useEffect, useRef } from "preact/hooks";
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";
import { type GuidePage, guidePages, pageTitle } from "./guide-page.ts";

interface GuideHeadProps {
  readonly chosen: GuidePage | undefined;
  readonly hrefOf: (page: GuidePage) => string;
}

/** What the guide is, and the links to its scenarios. */
export function GuideHead({ chosen, hrefOf }: GuideHeadProps) {
  const text = guideWords(words.value);
  const title = useRef<HTMLHeadingElement>(null);

  // What led here may have gone with its view, and taken the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true });
  }, []);

  return (
    <section class="guide-head" aria-labelledby="guide-title">
      <h2 id="guide-title" ref={title} tabIndex={-1}>
        {words.value.streams.guide}
      </h2>
      <p>{text.lead}</p>
      <nav aria-label={text.scenarios}>
        <ul class="scenarios">
          {guidePages.map((page) => (
            <li key={page}>
              <a href={hrefOf(page)} aria-current={page === chosen ? "page" : undefined}>
                {pageTitle(page, text)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </section>
  );
}

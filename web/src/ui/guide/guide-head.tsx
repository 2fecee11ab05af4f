import { useEffect, useRef } from "preact/hooks";
import { type ScenarioName, scenarioNames } from "../../rehearsal/scenarios.ts";
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";

interface GuideHeadProps {
  readonly chosen: ScenarioName | undefined;
  readonly hrefOf: (name: ScenarioName) => string;
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
          {scenarioNames.map((name) => (
            <li key={name}>
              <a href={hrefOf(name)} aria-current={name === chosen ? "page" : undefined}>
                {text.named[name].title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </section>
  );
}

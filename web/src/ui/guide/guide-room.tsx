import type { ComponentChild } from "preact";
import { createLabClient } from "../../api/lab-client.ts";
import type { RunDeps } from "../../rehearsal/perform.ts";
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";
import { BrowserView } from "./browser-view.tsx";
import { CodesView } from "./codes-view.tsx";
import { GuideHead } from "./guide-head.tsx";
import { type GuidePage, pageOf, pageTitle } from "./guide-page.ts";
import { LanguagesView } from "./languages-view.tsx";
import { ScenarioView } from "./scenario-view.tsx";

/** What the guide is given. */
export interface GuideOptions extends Pick<RunDeps, "clients" | "connections"> {
  /** Says a line of a topic in the page's live region, and takes it back. */
  readonly announcer: {
    announce(line: string | (() => string), topic: string): void;
    forget(topic: string): void;
  };
  /** The link to the guide with a query. */
  readonly hrefOf: (query: string) => string;
}

export type GuideDeps = GuideOptions & RunDeps;

/** The guide, as the page needs it. */
export interface Guide {
  /** What it shows for the query of its address. */
  places(query: string): { readonly start: ComponentChild; readonly list: ComponentChild };
  /** What the tab is called. */
  title(query: string): string;
}

export function openGuide(options: GuideOptions): Guide {
  const deps = { ...options, lab: createLabClient(location.origin), now: () => performance.now() };
  return {
    places(query) {
      const page = pageOf(query);
      return {
        start: <GuideHead chosen={page} hrefOf={(of) => deps.hrefOf(`scenario=${of}`)} />,
        list: page && viewOf(page, deps),
      };
    },
    title(query) {
      const page = pageOf(query);
      return page === undefined ? "" : pageTitle(page, guideWords(words.value));
    },
  };
}

function viewOf(page: GuidePage, deps: GuideDeps): ComponentChild {
  if (page === "codes") return <CodesView deps={deps} />;
  if (page === "languages") return <LanguagesView />;
  if (page === "browser") return <BrowserView />;
  // Another scenario is another view: what ran in the one before is stopped.
  return <ScenarioView key={page} name={page} deps={deps} />;
}

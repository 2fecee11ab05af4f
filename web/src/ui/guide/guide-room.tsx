import type { ComponentChild } from "preact";
import { createLabClient } from "../../api/lab-client.ts";
import type { RunDeps } from "../../rehearsal/perform.ts";
import { isScenarioName, type ScenarioName } from "../../rehearsal/scenarios.ts";
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";
import { GuideHead } from "./guide-head.tsx";
import { ScenarioView } from "./scenario-view.tsx";

/** What the guide is given. */
export interface GuideOptions extends Pick<RunDeps, "clients" | "connections"> {
  readonly announce: (line: string | (() => string), topic: string) => void;
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
      const name = scenarioOf(query);
      return {
        start: <GuideHead chosen={name} hrefOf={(of) => deps.hrefOf(`scenario=${of}`)} />,
        // Another scenario is another view: what ran in the one before is stopped.
        list: name && <ScenarioView key={name} name={name} deps={deps} />,
      };
    },
    title(query) {
      const name = scenarioOf(query);
      return name === undefined ? "" : guideWords(words.value).named[name].title;
    },
  };
}

function scenarioOf(query: string): ScenarioName | undefined {
  const name = new URLSearchParams(query).get("scenario") ?? "";
  return isScenarioName(name) ? name : undefined;
}

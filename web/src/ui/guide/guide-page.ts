import { isScenarioName, type ScenarioName, scenarioNames } from "../../rehearsal/scenarios.ts";
import type { GuideWords } from "../../words/guide-words.ts";

/** A page of the guide: a scenario, or one of the tables. */
export type GuidePage = ScenarioName | "codes" | "languages" | "browser";

/** All pages in the order in which they are listed. */
export const guidePages: readonly GuidePage[] = [...scenarioNames, "codes", "languages", "browser"];

/** The page that a query names; undefined: only the list. */
export function pageOf(query: string): GuidePage | undefined {
  const name = new URLSearchParams(query).get("scenario") ?? "";
  return guidePages.find((page) => page === name);
}

export function pageTitle(page: GuidePage, text: GuideWords): string {
  return isScenarioName(page) ? text.named[page].title : text[page].title;
}

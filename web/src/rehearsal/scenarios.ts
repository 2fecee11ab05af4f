import type { Scenario } from "./scenario.ts";
import { cancel } from "./scenarios/cancel.ts";
import { deadline } from "./scenarios/deadline.ts";
import { decision } from "./scenarios/decision.ts";
import { flow } from "./scenarios/flow.ts";
import { keyed } from "./scenarios/keyed.ts";
import { lost } from "./scenarios/lost.ts";
import { manners } from "./scenarios/manners.ts";
import { propagation } from "./scenarios/propagation.ts";
import { readiness } from "./scenarios/readiness.ts";

/** Every scenario, by the name that its address has. */
export const scenarios = {
  cancel,
  manners,
  deadline,
  propagation,
  flow,
  decision,
  lost,
  readiness,
  keyed,
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

/** Their names in the order in which they are shown. */
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name);
}

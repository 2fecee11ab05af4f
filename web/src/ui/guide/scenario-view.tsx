import { useEffect, useMemo } from "preact/hooks";
import { isAsked } from "../../api/account.ts";
import { statusName } from "../../rehearsal/codes.ts";
import { type ScenarioName, scenarios } from "../../rehearsal/scenarios.ts";
import { guideWords } from "../../words/guide-words.ts";
import { words } from "../parts/language.ts";
import { ActView } from "./act-view.tsx";
import type { GuideDeps } from "./guide-room.tsx";
import { agreeingActs, createRuns, type Runs } from "./run.ts";
import { ScenarioVerdict } from "./verdict.tsx";

interface ScenarioViewProps {
  readonly name: ScenarioName;
  readonly deps: GuideDeps;
}

/** One scenario: what it is about, the button that runs it, and what was seen. Leaving it stops the run. */
export function ScenarioView({ name, deps }: ScenarioViewProps) {
  const text = guideWords(words.value);
  const scenario = scenarios[name];
  const runs = useMemo(() => createRuns(scenario, deps), [scenario, deps]);
  const isUnderWay = isRunning(runs);

  useEffect(() => runs.stop, [runs]);
  useEffect(() => stopOnEscape(runs), [runs]);
  useEffect(
    () =>
      runs.state.subscribe(({ kind }) => {
        if (kind === "opening" || kind === "ended") deps.announcer.announce(() => say(name, runs), "guide");
      }),
    [runs, name, deps],
  );
  // What was said of this run says nothing of what is shown next.
  useEffect(() => () => deps.announcer.forget("guide"), [deps]);

  return (
    <section class="scenario" aria-labelledby="scenario-title">
      <h2 id="scenario-title">{text.named[name].title}</h2>
      <p>{text.named[name].text}</p>
      <p class="hint">
        {text.sources}{" "}
        {scenario.sources.map((source) => (
          <a key={source} href={source}>
            {source.replace(/^https:\/\/|\/$/g, "")}
          </a>
        ))}
      </p>
      <div class="scenario-run">
        <button
          type="button"
          class={isUnderWay ? "stop" : "primary"}
          onClick={() => (isUnderWay ? runs.stop() : runs.run())}
        >
          {isUnderWay ? text.stop : runs.state.value.kind === "ready" ? text.run : text.again}
        </button>
        <p class="scenario-state">
          <ScenarioVerdict state={runs.state.value} isAsExpected={isAsExpected(name, runs)} />
          {say(name, runs)}
        </p>
      </div>
      {runs.offset.value && <p class="hint">{text.clock(runs.offset.value.uncertaintyMs)}</p>}
      {scenario.acts.map((act, i) => (
        <ActView key={act.name} act={act} record={runs.records.value[i]} />
      ))}
    </section>
  );
}

function isRunning({ state }: Runs): boolean {
  return state.value.kind === "opening" || state.value.kind === "running";
}

function isAsExpected(name: ScenarioName, { records }: Runs): boolean {
  const scenario = scenarios[name];
  return agreeingActs(scenario, records.value) === scenario.acts.length;
}

/** The state of a scenario in words. */
function say(name: ScenarioName, { state, records }: Runs): string {
  const text = guideWords(words.value);
  const { status } = text;
  const current = state.value;
  switch (current.kind) {
    case "ready":
      return status.ready;
    case "opening":
      return isAsked() ? status.forToken : status.opening;
    case "running": {
      const act = scenarios[name].acts[current.act];
      return current.waits || act === undefined ? status.waiting : status.running(text.acts[act.name].title);
    }
    case "ended":
      break;
  }
  const { end } = current;
  const { length } = scenarios[name].acts;
  const agree = agreeingActs(scenarios[name], records.value);
  switch (end.kind) {
    case "played":
      return agree === length ? status.agrees(length) : status.differs(agree, length);
    case "stopped":
      return status.stopped;
    case "no-lab":
      return status.noLab;
    case "broken":
      return status.broken(statusName(end.end.code), end.end.words);
  }
}

/** Esc stops the run. While none is under way it means nothing here, and reaches no search. */
function stopOnEscape(runs: Runs): () => void {
  const listening = new AbortController();
  const hear = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing || document.querySelector(":modal")) return;
    event.preventDefault();
    runs.stop();
  };
  // The page's own listener comes after, and leaves alone what was heard before.
  document.addEventListener("keydown", hear, { capture: true, signal: listening.signal });
  return () => listening.abort();
}

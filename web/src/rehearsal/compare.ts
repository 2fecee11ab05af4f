import { roleOf, type StageEvent } from "./event.ts";
import type { Act, Check, Lane, Step } from "./scenario.ts";

export type RowVerdict =
  | "agrees"
  /** It may still come. */
  | "awaited"
  | "missing"
  | "unexpected"
  | "other-code";

/** One expected event beside those that were observed. Several stand in a row when one is told again and again. */
export interface Row {
  readonly expected: Step | undefined;
  readonly observed: readonly StageEvent[];
  readonly verdict: RowVerdict;
}

export interface LaneComparison {
  readonly lane: Lane;
  readonly rows: readonly Row[];
}

export interface Comparison {
  readonly lanes: readonly LaneComparison[];
  readonly checks: readonly { readonly check: Check; readonly verdict: "agrees" | "awaited" | "fails" }[];
  /** "agrees" only when the act is over and everything was as expected. */
  readonly verdict: "open" | "agrees" | "differs";
}

/** What was expected of an act beside what was observed. Until it is over, nothing is missing yet. */
export function compare(act: Act, events: readonly StageEvent[], isOver: boolean): Comparison {
  const lanes = [...act.lanes, ...strangers(act, events)].map((lane) => compareLane(lane, events, isOver));
  const checks = (act.checks ?? []).map((check) => {
    const otherwise = isOver ? "fails" : "awaited";
    return { check, verdict: isOver && check.holds(events) ? ("agrees" as const) : (otherwise as "fails") };
  });
  const verdicts = [...lanes.flatMap(({ rows }) => rows), ...checks].map(({ verdict }) => verdict);
  const isAsExpected = verdicts.every((verdict) => verdict === "agrees");
  return { lanes, checks, verdict: isOver ? (isAsExpected ? "agrees" : "differs") : "open" };
}

/** Whether every event that is expected has come: what the end of an act waits for. */
export function isComplete(act: Act, events: readonly StageEvent[]): boolean {
  return compare(act, events, false).lanes.every(({ rows }) =>
    rows.every(({ verdict }) => verdict !== "awaited"),
  );
}

/** Lanes that nobody expected, with no steps. */
function strangers({ lanes }: Act, events: readonly StageEvent[]): readonly Lane[] {
  const found: Lane[] = [];
  for (const event of events) {
    if ([...lanes, ...found].some((lane) => isOf(event, lane))) continue;
    const { place, call } = event;
    found.push({ place, call, role: roleOf(event), steps: [] });
  }
  return found;
}

function compareLane(lane: Lane, events: readonly StageEvent[], isOver: boolean): LaneComparison {
  const own = events.filter((event) => isOf(event, lane));
  return { lane, rows: align(lane.steps, together(own), isOver) };
}

function isOf(event: StageEvent, lane: Lane): boolean {
  return event.place === lane.place && event.call === lane.call && roleOf(event) === lane.role;
}

/**
 * Events that tell the same thing again and again, as one group: work that goes on, tries to connect,
 * and waits for a reader that was not ready yet. How often depends on the machine, not on what is tried.
 */
function together(events: readonly StageEvent[]): readonly (readonly StageEvent[])[] {
  const groups: StageEvent[][] = [];
  for (const event of events) {
    const [before, last] = [groups.at(-2), groups.at(-1)];
    const kinds = [before?.[0]?.kind, last?.[0]?.kind, event.kind].join();
    if (last && isRepeated(event) && last[0]?.kind === event.kind) last.push(event);
    else if (before && last && kinds === "WAITS_FOR_READER,GOES_ON,WAITS_FOR_READER") {
      before.push(...last, event);
      groups.pop();
    } else groups.push([event]);
  }
  return groups;
}

function isRepeated({ kind }: StageEvent): boolean {
  return kind === "WORK_GOES_ON" || kind === "CONNECTION_CHANGED";
}

/** The longest run of steps that were observed in their order agrees; the rest is missing, or unexpected. */
function align(
  steps: readonly Step[],
  groups: readonly (readonly StageEvent[])[],
  isOver: boolean,
): readonly Row[] {
  const isSame = (i: number, j: number) => steps[i]?.kind === groups[j]?.[0]?.kind;
  // Of steps from i and groups from j on: the length of the longest common run.
  const longest = Array.from({ length: steps.length + 1 }, () =>
    new Array<number>(groups.length + 1).fill(0),
  );
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = steps.length - 1; i >= 0; i--)
    for (let j = groups.length - 1; j >= 0; j--) {
      const row = longest[i];
      if (row) row[j] = isSame(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }

  const rows: Row[] = [];
  let [i, j] = [0, 0];
  while (i < steps.length || j < groups.length) {
    const expected = steps[i];
    const observed = groups[j];
    if (expected && observed && isSame(i, j)) {
      rows.push({ expected, observed, verdict: verdictOf(expected, observed) });
      i++;
      j++;
    } else if (expected && (!observed || at(i + 1, j) >= at(i, j + 1))) {
      if (!expected.mayMiss)
        rows.push({ expected, observed: [], verdict: isOver || j < groups.length ? "missing" : "awaited" });
      i++;
    } else {
      rows.push({ expected: undefined, observed: observed ?? [], verdict: "unexpected" });
      j++;
    }
  }
  return rows;
}

function verdictOf({ codes }: Step, observed: readonly StageEvent[]): RowVerdict {
  const isRight =
    codes === undefined || observed.every(({ code }) => code !== undefined && codes.includes(code));
  return isRight ? "agrees" : "other-code";
}

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Offset } from "../../rehearsal/clock.ts";
import { compare } from "../../rehearsal/compare.ts";
import type { StageEvent } from "../../rehearsal/event.ts";
import { perform, type RunDeps, type RunEnd } from "../../rehearsal/perform.ts";
import type { Scenario } from "../../rehearsal/scenario.ts";

/** What was seen of an act. */
export interface ActRecord {
  readonly events: readonly StageEvent[];
  /** Whether all of it has been seen. */
  readonly isOver: boolean;
}

export type RunState =
  | { readonly kind: "ready" }
  | { readonly kind: "opening" }
  | { readonly kind: "running"; readonly act: number; readonly waits: boolean }
  | { readonly kind: "ended"; readonly end: RunEnd };

/** The runs of one scenario, one at a time. */
export interface Runs {
  readonly state: ReadonlySignal<RunState>;
  /** By the index of the act, of the latest run. */
  readonly records: ReadonlySignal<readonly ActRecord[]>;
  readonly offset: ReadonlySignal<Offset | undefined>;
  run(): void;
  stop(): void;
}

export function createRuns(scenario: Scenario, deps: RunDeps): Runs {
  const state = signal<RunState>({ kind: "ready" });
  const records = signal<readonly ActRecord[]>([]);
  const offset = signal<Offset>();
  let life: AbortController | undefined;

  function change(act: number, next: (record: ActRecord) => ActRecord): void {
    records.value = records.value.map((record, i) => (i === act ? next(record) : record));
  }

  async function run(): Promise<void> {
    if (life) return;
    const mine = new AbortController();
    life = mine;
    batch(() => {
      state.value = { kind: "opening" };
      records.value = [];
    });
    const listener: Parameters<typeof perform>[2] = {
      offset(read) {
        offset.value = read;
      },
      begun(act) {
        records.value = [...records.value, { events: [], isOver: false }];
        state.value = { kind: "running", act, waits: false };
      },
      event(act, event) {
        change(act, ({ events }) => ({ events: [...events, event], isOver: false }));
        state.value = { kind: "running", act, waits: false };
      },
      over: (act) => change(act, ({ events }) => ({ events, isOver: true })),
      waits() {
        if (state.value.kind === "running") state.value = { ...state.value, waits: true };
      },
    };
    const end = await perform(scenario, deps, listener, mine.signal);
    life = undefined;
    state.value = { kind: "ended", end };
  }

  return { state, records, offset, run: () => void run(), stop: () => life?.abort() };
}

/** How many acts went as expected. */
export function agreeingActs({ acts }: Scenario, records: readonly ActRecord[]): number {
  return acts.filter((act, i) => {
    const record = records[i];
    return record !== undefined && compare(act, record.events, record.isOver).verdict === "agrees";
  }).length;
}

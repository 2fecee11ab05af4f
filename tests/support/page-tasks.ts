import type { Page } from "@playwright/test";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** How much of the processor it took, in microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * The longest tasks of the page's main thread while `action` runs, longest first, in
 * milliseconds of the processor: what other processes take meanwhile is not counted.
 */
export async function tasksOf(page: Page, action: () => Promise<void>): Promise<readonly number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("Cannot trace the page: it has no browser of its own.");
  // Chromium's own start of a trace is a task too, of up to 100 ms with its profiler, so without it.
  await browser.startTracing(page, { categories: ["toplevel"] });
  await action();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(thread),
  );
  return traceEvents
    .filter((event) => event.name === "ThreadControllerImpl::RunTask" && mains.has(thread(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a);
}

import { writeFileSync } from "node:fs";
import { candidatesPerPoll } from "../../server/kernel/scan.ts";
import { BareThread } from "./bare-thread.ts";
import { type BatchPoint, batchChart } from "./batch-chart.ts";
import { described, environment } from "./environment.ts";
import { interleaved, paired } from "./rounds.ts";
import type { Row } from "./row.ts";
import { endlessQuery, pause } from "./searches.ts";
import { summarize } from "./statistics.ts";

const rounds = 15;
const roundMs = 60;
const stops = 100;

// Sixteen times smaller to 64 times larger than the one in use.
const batches = Array.from({ length: 11 }, (_, power) => (candidatesPerPoll / 16) * 2 ** power);

/**
 * Speed and interrupt against the candidates between two polls, by the kernel
 * on two threads without the engine.
 *
 * @param chart file to draw them into, as SVG
 */
export async function batchSize({ chart }: { readonly chart?: string | undefined } = {}): Promise<Row[]> {
  const threads = [new BareThread(), new BareThread()];
  try {
    const points = await measure(threads);
    if (chart) writeFileSync(chart, batchChart(points, candidatesPerPoll, described(environment())));
    return points.flatMap(({ batch, speed, stop }): Row[] => [
      { name: `batch of ${batch}: speed against that in use`, unit: "%", better: "more", summary: speed },
      { name: `batch of ${batch}: interrupt to both idle`, unit: "ms", better: "less", summary: stop },
    ]);
  } finally {
    for (const thread of threads) await thread.close();
  }
}

async function measure(threads: readonly BareThread[]): Promise<BatchPoint[]> {
  const warmUp = await rateWith(threads, candidatesPerPoll, 20 * candidatesPerPoll);
  const perThreadAMs = (await rateWith(threads, candidatesPerPoll, 20 * warmUp)) / threads.length;
  const rates = await interleaved(
    { rounds, warmUps: 1 },
    Object.fromEntries(
      batches.map((batch) => [batch, () => rateWith(threads, batch, roundMs * perThreadAMs)]),
    ),
  );
  const points: BatchPoint[] = [];
  for (const batch of batches) {
    const values: number[] = [];
    while (values.length < stops) values.push(await stopOnce(threads, batch, batch / perThreadAMs));
    const speeds = paired(rates[batch] ?? [], rates[candidatesPerPoll] ?? []).map((ratio) => 100 * ratio);
    points.push({ batch, speed: summarize(speeds), stop: summarize(values) });
  }
  return points;
}

/** Candidates a millisecond of the threads together. */
async function rateWith(threads: readonly BareThread[], batch: number, perThread: number): Promise<number> {
  const outcomes = await runAll(threads, batch, Math.round(perThread));
  return outcomes.reduce((sum, { tried, tookMs }) => sum + tried / tookMs, 0);
}

/** @param batchMs how long one batch takes, about */
async function stopOnce(threads: readonly BareThread[], batch: number, batchMs: number): Promise<number> {
  const ended = runAll(threads, batch, 2 ** 32 - 1);
  // Well under way, and at any time within a batch.
  while (!threads.every((thread) => thread.tried > 0)) await pause(1);
  await pause(Math.random() * Math.max(4, batchMs));
  const startedAt = performance.now();
  for (const thread of threads) thread.interrupt();
  await ended;
  return performance.now() - startedAt;
}

function runAll(threads: readonly BareThread[], batch: number, count: number) {
  const { name, idealDistance, listedDistance, start } = endlessQuery();
  const job = { name, idealDistance, listedDistance, start, count };
  return Promise.all(threads.map((thread) => thread.run({ job, batch })));
}

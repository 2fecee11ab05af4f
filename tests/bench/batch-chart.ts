import { linearTicks, logTicks, type Scale, scaleLinearly, scaleLogarithmically } from "./chart-scale.ts";
import { round, text, wrapped } from "./chart-text.ts";
import type { Summary } from "./statistics.ts";

/** What was measured with one batch size. */
export interface BatchPoint {
  /** Candidates between two polls. */
  readonly batch: number;
  /** Per cent of what two threads do in the same round with the batch size in use. */
  readonly speed: Summary;
  /** Milliseconds from the interrupt to two idle threads. */
  readonly stop: Summary;
}

const width = 760;
const left = 70;
const right = 690;
const top = { from: 70, to: 230 };
const bottom = { from: 300, to: 460 };
const height = 560;

// Follows the reader's scheme, background included.
const style = `
  svg { font: 13px system-ui, sans-serif }
  .paper { fill: #ffffff } text { fill: #1f2328 } .faint { fill: #59636e; font-size: 11px }
  .grid { stroke: #d1d9e0 } .used { stroke: #59636e; stroke-dasharray: 2 3 }
  .line { fill: none; stroke-width: 2 } .spread { stroke-width: 1 }
  .median { stroke: #0969da } .tail { stroke: #bc4c00; stroke-dasharray: 6 3 }
  .median-dot, text.median-word { fill: #0969da } .tail-dot, text.tail-word { fill: #bc4c00 }
  .heading { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #e6edf3 } .faint { fill: #9198a1 }
    .grid { stroke: #30363d } .used { stroke: #9198a1 }
    .median { stroke: #58a6ff } .tail { stroke: #f0883e }
    .median-dot, text.median-word { fill: #58a6ff } .tail-dot, text.tail-word { fill: #f0883e }
  }`;

/**
 * Two panels over the batch size: speed, and the time that an interrupt takes.
 *
 * @param used the batch size that the kernel has
 * @param machine what the figures hold for, in one line
 * @returns an SVG file
 */
export function batchChart(points: readonly BatchPoint[], used: number, machine: string): string {
  const batches = points.map(({ batch }) => batch);
  const x = scaleLogarithmically(Math.min(...batches), Math.max(...batches), left, right);
  const speeds = linearTicks(
    Math.min(...points.map(({ speed }) => speed.p10)),
    Math.max(...points.map(({ speed }) => speed.p90)),
  );
  const speed = scaleLinearly(speeds[0] ?? 0, speeds.at(-1) ?? 0, top.to, top.from);
  const stops = points.flatMap(({ stop }) => [stop.median, stop.p99]);
  const times = logTicks(Math.min(...stops), Math.max(...stops));
  const stop = scaleLogarithmically(times[0] ?? 0, times.at(-1) ?? 0, bottom.to, bottom.from);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">Speed and time to stop against the batch size</title>`,
    `<style>${style}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    text(left, 30, "Candidates between two looks at the interrupt: what it costs, what it buys", "heading"),
    text(left, top.from - 14, "Speed against the batch size in use, % (median, p10 to p90)"),
    ...speeds.map((value) => gridLine(speed(value), String(value))),
    usedLine(x(used), top),
    ...points.map(({ batch, speed: { p10, p90 } }) => bar(x(batch), speed(p10), speed(p90))),
    ...curve(
      points.map((point) => [x(point.batch), speed(point.speed.median)]),
      "median",
    ),
    text(left, bottom.from - 14, "Interrupt to both threads idle, ms"),
    word(points, x, stop, "median"),
    word(points, x, stop, "p99"),
    ...times.map((value) => gridLine(stop(value), String(value))),
    usedLine(x(used), bottom),
    ...curve(
      points.map((point) => [x(point.batch), stop(point.stop.median)]),
      "median",
    ),
    ...curve(
      points.map((point) => [x(point.batch), stop(point.stop.p99)]),
      "tail",
    ),
    ...batches
      .filter((_, i) => i % 2 === 0)
      .map((batch) => text(x(batch), bottom.to + 20, batch.toLocaleString("en"), "", "middle")),
    text((left + right) / 2, bottom.to + 42, "batch size, candidates (dotted: in use)", "", "middle"),
    ...wrapped(machine, 110).map((line, i) => text(left, height - 34 + 14 * i, line, "faint")),
    "</svg>",
    "",
  ].join("\n");
}

function gridLine(y: number, label: string): string {
  return `<path class="grid" d="M${left} ${round(y)}H${right}"/>${text(left - 8, y + 4, label, "", "end")}`;
}

function usedLine(x: number, { from, to }: { readonly from: number; readonly to: number }): string {
  return `<path class="used" d="M${round(x)} ${from}V${to}"/>`;
}

function bar(x: number, from: number, to: number): string {
  return `<path class="median spread" d="M${round(x)} ${round(from)}V${round(to)}"/>`;
}

function curve(points: readonly (readonly [x: number, y: number])[], kind: "median" | "tail"): string[] {
  const path = points.map(([x, y]) => `${round(x)} ${round(y)}`).join("L");
  const dots = points.map(
    ([x, y]) => `<circle class="${kind}-dot" cx="${round(x)}" cy="${round(y)}" r="2.5"/>`,
  );
  return [`<path class="line ${kind}" d="M${path}"/>`, ...dots];
}

/** Names a curve at its right end. */
function word(points: readonly BatchPoint[], x: Scale, y: Scale, of: "median" | "p99"): string {
  const last = points.at(-1);
  if (!last) return "";
  const below = of === "median" ? 10 : -2;
  return text(x(last.batch) + 8, y(last.stop[of]) + below, of, of === "median" ? "median-word" : "tail-word");
}

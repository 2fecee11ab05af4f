import { linearTicks, type Scale, scaleLinearly } from "./chart-scale.ts";
import { round, text, wrapped } from "./chart-text.ts";
import { summarize } from "./statistics.ts";

/** Stops over one protocol: milliseconds since the click, by moment, of each. */
export interface Life {
  readonly way: string;
  readonly stops: readonly Readonly<Record<string, number>>[];
}

const width = 860;
const left = 330;
const right = 700;
const rowHeight = 24;
const panelTop = 74;
const foot = 84;

// Follows the reader's scheme, background included.
const style = `
  svg { font: 13px system-ui, sans-serif }
  .paper { fill: #ffffff } text { fill: #1f2328 } .faint { fill: #59636e; font-size: 11px }
  .grid { stroke: #d1d9e0 } .spread { stroke: #1f2328; stroke-width: 1 }
  .page { fill: #0969da } .server { fill: #bc4c00 } .heading { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #e6edf3 } .faint { fill: #9198a1 }
    .grid { stroke: #30363d } .spread { stroke: #e6edf3 }
    .page { fill: #58a6ff } .server { fill: #f0883e }
  }`;

const ofServer = new Set(["polled", "left", "reported"]);

/**
 * A panel for each protocol, a row for each moment: a bar from the median of the
 * moment before to its own, and the spread of when it came.
 *
 * @param moments what has happened by each moment, in their order
 * @param machine what the figures hold for, in one line
 * @returns an SVG file
 */
export function stopChart(
  lives: readonly Life[],
  moments: Readonly<Record<string, string>>,
  machine: string,
): string {
  const names = Object.keys(moments);
  const panelHeight = names.length * rowHeight + 54;
  const height = panelTop + lives.length * panelHeight + foot;
  const latest = Math.max(
    ...lives.flatMap(({ stops }) => names.map((name) => summarize(stops.map((at) => at[name] ?? 0)).p90)),
  );
  const ticks = linearTicks(0, latest);
  const x = scaleLinearly(0, ticks.at(-1) ?? 1, left, right);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">The way of a Stop from the click to the proof, step by step</title>`,
    `<style>${style}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    text(20, 30, "The life of a Stop: milliseconds since the click", "heading"),
    text(
      20,
      50,
      "Bar: median of the step. Line: when it was over, p10 to p90. Right: the step alone, median (p10 to p90).",
      "faint",
    ),
    ...lives.flatMap((life, i) => panel(life, moments, panelTop + i * panelHeight, x, ticks)),
    `<rect class="page" x="20" y="${height - foot + 14}" width="12" height="10"/>${text(38, height - foot + 23, "in the page, and between the two", "faint")}`,
    `<rect class="server" x="240" y="${height - foot + 14}" width="12" height="10"/>${text(258, height - foot + 23, "in the server", "faint")}`,
    ...wrapped(machine, 140).map((line, i) => text(20, height - foot + 46 + 14 * i, line, "faint")),
    "</svg>",
    "",
  ].join("\n");
}

function panel(
  { way, stops }: Life,
  moments: Readonly<Record<string, string>>,
  top: number,
  x: Scale,
  ticks: readonly number[],
): string[] {
  const names = Object.keys(moments);
  const bottom = top + 16 + names.length * rowHeight;
  const rows = names.map((name, i) => {
    const before = names[i - 1];
    const at = summarize(stops.map((stop) => stop[name] ?? 0));
    const from = before ? summarize(stops.map((stop) => stop[before] ?? 0)).median : 0;
    const took = summarize(stops.map((stop) => (stop[name] ?? 0) - (before ? (stop[before] ?? 0) : 0)));
    const y = top + 16 + i * rowHeight;
    const bar = Math.max(1.5, x(at.median) - x(from));
    return [
      text(left - 12, y + 16, moments[name] ?? "", "", "end"),
      `<rect class="${ofServer.has(name) ? "server" : "page"}" x="${round(x(from))}" y="${y + 6}" width="${round(bar)}" height="12"/>`,
      `<path class="spread" d="M${round(x(at.p10))} ${y + 12}H${round(x(at.p90))}"/>`,
      text(right + 14, y + 16, `${ms(took.median)} (${ms(took.p10)} to ${ms(took.p90)})`),
    ].join("");
  });
  return [
    text(20, top + 4, way, "heading"),
    ...ticks.map(
      (value) =>
        `<path class="grid" d="M${round(x(value))} ${top + 14}V${bottom}"/>${text(x(value), bottom + 16, String(value), "faint", "middle")}`,
    ),
    ...rows,
  ];
}

function ms(value: number): string {
  return value.toFixed(value < 0.995 ? 2 : 1);
}

import { partsOf } from "../session/match-parts.ts";
import type { Match } from "../session/matches.ts";
import { bytesOf, hexOf, shellLineOf } from "../session/secret.ts";

/** The words in the picture. */
export interface Captions {
  /** Before the bytes. */
  readonly bytes: string;
  /** Between the bytes and their hash. */
  readonly becomes: string;
  readonly wrong: (distance: number) => string;
  readonly emptySecret: string;
}

// As large as the cards with which other sites show a link.
const [width, height] = [1200, 630];
const margin = 68;
const room = width - 2 * margin;
const hashSize = 58;
const hashTop = 405;
// Fonts that systems have: a file to pass on must not fetch any. A letter of each is about 0.6 of its size wide.
const mono = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace";
const sans = "system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif";
const letterWidth = 0.6;
const colours = {
  paper: "#f6f5f1",
  ink: "#1d2026",
  soft: "#595d67",
  mark: "#fbe39a",
  alarm: "#b3361b",
} as const;

/** A match as an SVG picture that stands alone: the name, the bytes, their hash with the name in it, how to check it. */
export function pictureOf(match: Match, name: string, captions: Captions): string {
  const bytes = bytesOf(match.secret) ?? new Uint8Array();
  const hex = bytes.length === 0 ? captions.emptySecret : hexOf(bytes);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(`${name}: ${match.hash}`)}</title>
<rect width="${width}" height="${height}" fill="${colours.paper}"/>
${line(name, { y: 150, size: sizeFor(name, 84), font: mono, colour: colours.ink, bold: true })}
${line(captions.wrong(match.distance), { y: 205, size: 32, font: sans, colour: colours.soft })}
${line(`${captions.bytes} ${hex}`, { y: 270, size: 32, font: sans, colour: colours.soft })}
${line(captions.becomes, { y: 316, size: 32, font: sans, colour: colours.soft })}
${hashLines(match, name)}
${line(shellLineOf(bytes), { y: 510, size: sizeFor(shellLineOf(bytes), 24), font: mono, colour: colours.soft })}
${line("Hash Finder", { y: 575, size: 28, font: sans, colour: colours.soft, bold: true })}
</svg>
`;
}

/** The hash, each letter in a place of its own, so that the mark fits whatever the font. */
function hashLines({ hash, offset }: Match, name: string): string {
  const step = room / hash.length;
  const places = Array.from(hash, (_, i) => px(margin + (i + 0.5) * step));
  const spans: string[] = [];
  const dots: string[] = [];
  let at = 0;
  for (const { text, kind } of partsOf(hash, name, offset)) {
    const bold = kind === "outside" ? "" : ' font-weight="700"';
    const colour = kind === "wrong" ? ` fill="${colours.alarm}"` : "";
    spans.push(`<tspan${bold}${colour}>${escaped(text)}</tspan>`);
    const end = at + text.length;
    if (kind === "wrong") {
      for (const place of places.slice(at, end))
        dots.push(`<circle cx="${place}" cy="${hashTop + 27}" r="5" fill="${colours.alarm}"/>`);
    }
    at = end;
  }
  return `<rect x="${px(margin + offset * step)}" y="${hashTop - 52}" width="${px(name.length * step)}" height="94" rx="10" fill="${colours.mark}"/>
<text x="${places.join(" ")}" y="${hashTop}" font-family="${mono}" font-size="${hashSize}" text-anchor="middle" fill="${colours.ink}">${spans.join("")}</text>
${dots.join("")}`;
}

interface LineStyle {
  readonly y: number;
  readonly size: number;
  readonly font: string;
  readonly colour: string;
  readonly bold?: boolean;
}

function line(text: string, { y, size, font, colour, bold = false }: LineStyle): string {
  const weight = bold ? ' font-weight="700"' : "";
  return `<text x="${margin}" y="${y}" font-family="${font}" font-size="${size}"${weight} fill="${colour}">${escaped(text)}</text>`;
}

/** The size at which a line in letters of one width fits, at most the given. */
function sizeFor(text: string, most: number): number {
  return Math.min(most, Math.floor(room / (text.length * letterWidth)));
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

// Characters that no XML may have, not even escaped (XML 1.0, section 2.2).
const foreign = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

// XML 1.0, section 2.4; the text stands in no attribute.
function escaped(text: string): string {
  return text
    .replaceAll(foreign, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

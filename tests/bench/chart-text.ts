/** Words in a chart; the point is where their line begins, ends or has its middle. */
export function text(x: number, y: number, words: string, kind = "", anchor = "start"): string {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" class="${kind}" text-anchor="${anchor}">${escaped}</text>`;
}

/** The words in lines of fewer characters than that, as far as words allow. */
export function wrapped(words: string, most: number): string[] {
  const lines: string[] = [];
  for (const part of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length < most) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines;
}

/** To a tenth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

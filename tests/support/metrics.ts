import assert from "node:assert/strict";

type Labels = Readonly<Record<string, string>>;

/** What a server told Prometheus at one moment. */
export interface ReadMetrics {
  readonly text: string;
  /** Of metrics: a histogram has one. */
  readonly names: readonly string[];
  /** Whether there is a series with the name and these labels. */
  has(name: string, labels?: Labels): boolean;
  /** The value of the series with these labels. */
  value(name: string, labels?: Labels): number;
}

/** Reads a server's metrics as Prometheus does. */
export async function readMetrics(url: string): Promise<ReadMetrics> {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const series = lines.map((line) => {
    const [, name = "", labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, said]) => [label, said] as const);
    return { name, labels: Object.fromEntries(pairs) as Labels, value: Number(value) };
  });
  const find = (name: string, wanted: Labels) =>
    series.find(
      (one) =>
        one.name === name && Object.entries(wanted).every(([label, value]) => one.labels[label] === value),
    );
  return {
    text,
    names: [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = ""]) => name),
    has: (name, labels = {}) => find(name, labels) !== undefined,
    value: (name, labels = {}) => {
      const found = find(name, labels);
      assert.ok(found, `there is no ${name} ${JSON.stringify(labels)}`);
      return found.value;
    },
  };
}

// What node:test's own reporter says, and an end for a file that hangs: one of
// which nothing is heard any more, because it computes without end, or because
// its tests are done and something that they started is not. node:test has a
// time limit for tests alone, and no test is left there to fail.
import { spawnSync } from "node:child_process";
import { relative, resolve } from "node:path";
import { Readable } from "node:stream";
import { spec, type TestEvent } from "node:test/reporters";
import { silenceLimitMs } from "./test-limits.ts";

interface Running {
  heardAtMs: number;
  /** The tests and suites under way, the outermost first. */
  readonly tests: string[];
  /** The last that ended. */
  ended?: string;
}

// biome-ignore lint/style/noDefaultExport: what node --test-reporter asks for.
export default async function* reportAndWatch(events: AsyncIterable<TestEvent>): AsyncIterable<string> {
  const running = new Map<string, Running>();
  const watch = setInterval(() => endSilent(running), 1000);
  try {
    yield* Readable.from(noted(events, running)).pipe(new spec());
  } finally {
    clearInterval(watch);
  }
}

async function* noted(events: AsyncIterable<TestEvent>, running: Map<string, Running>) {
  for await (const event of events) {
    note(event, running);
    yield event;
  }
}

function note({ type, data }: TestEvent, running: Map<string, Running>): void {
  if (!data || !("file" in data) || data.file === undefined) return;
  const isFile = "name" in data && resolve(data.name) === data.file;
  if (isFile && type === "test:dequeue") running.set(data.file, { heardAtMs: performance.now(), tests: [] });
  if (isFile && type === "test:complete") running.delete(data.file);
  const file = running.get(data.file);
  if (!file) return;
  file.heardAtMs = performance.now();
  if (isFile) return;
  if (type === "test:dequeue") file.tests.push(data.name);
  if (type !== "test:complete") return;
  file.tests.splice(file.tests.lastIndexOf(data.name), 1);
  file.ended = data.name;
}

function endSilent(running: Map<string, Running>): void {
  for (const [path, file] of running) {
    if (performance.now() - file.heardAtMs < silenceLimitMs) continue;
    running.delete(path);
    console.error(
      `${relative(".", path)} hangs ${whereOf(file)}: ${Math.round(silenceLimitMs / 1000)} s without a word.`,
    );
    const pids = processesOf(path);
    for (const pid of pids) process.kill(pid, "SIGKILL");
    // It is gone, and something that it started holds on to its output.
    if (pids.length === 0) process.exit(1);
  }
}

function whereOf({ tests, ended }: Running): string {
  if (tests.length > 0) return `in "${tests.join(" > ")}"`;
  // A test that computes without end does not come to say that it has begun.
  return ended === undefined
    ? "before its first test ends"
    : `after "${ended}", in a test that computes without end, or because something that was started is never ended`;
}

/** Those that run this test file. */
function processesOf(path: string): readonly number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const [, pid, parent, args = ""] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
    return Number(parent) === process.pid && resolve(args.split(" ").at(-1) ?? "") === path
      ? [Number(pid)]
      : [];
  });
}

import { type ReadonlySignal, signal } from "@preact/signals";

/** What comes together, for example after "Stop all", is said together. */
export const togetherMs = 150;

/** A screen reader begins a text again when it changes. */
export const pauseMs = 1_000;

// A screen reader's user is told of progress, but not talked to all the time.
const progressMs = 20_000;

/** Asked for when it is said, so that it is true then. */
export type Line = () => string;

export interface Announcer {
  /** The text of the page's one live region. */
  readonly text: ReadonlySignal<string>;
  /** Says a line with what else comes meanwhile, at most once a second. The latest of a topic replaces the one before. */
  announce(line: string | Line, topic?: string): void;
  /** The cause of a topic's line has gone: it is not said any more, and does not stay. */
  forget(topic: string): void;
  /** A line that may be dropped: it is said only after 20 s without any other. */
  mention(line: Line): void;
}

export function createAnnouncer(idle: Line): Announcer {
  const text = signal(idle());
  const coming = new Map<string, Line>();
  let standing: ReadonlySet<string> = new Set();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;

  function say(): void {
    timer = undefined;
    if (coming.size === 0) return;
    saidAt = performance.now();
    standing = new Set(coming.keys());
    // A line that has nothing to say any more is left out.
    const lines = [...coming.values()].map((line) => line()).filter((line) => line !== "");
    if (lines.length > 0) text.value = lines.join(" ");
    coming.clear();
  }

  function announce(line: string | Line, topic = ""): void {
    coming.set(topic, typeof line === "string" ? () => line : line);
    timer ??= setTimeout(say, Math.max(togetherMs, saidAt + pauseMs - performance.now()));
  }

  return {
    text,
    announce,
    forget(topic) {
      coming.delete(topic);
      standing = new Set([...standing].filter((other) => other !== topic));
      if (standing.size === 0) text.value = idle();
    },
    mention(line) {
      if (timer === undefined && performance.now() - saidAt >= progressMs) announce(line);
    },
  };
}

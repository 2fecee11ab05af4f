import { type ReadonlySignal, signal } from "@preact/signals";

// Changes that come together, for example after "Stop all", are read out together.
const togetherMs = 250;

// A screen reader's user is told of progress, but not talked to all the time.
const progressMs = 20_000;

export interface Announcer {
  /** The text of the page's one live region. */
  readonly text: ReadonlySignal<string>;
  /** The latest line about a topic replaces the one before. */
  announce(line: string, topic?: string): void;
  /** A line that may be dropped: it is said only after 20 s without any other. */
  mention(line: () => string): void;
}

export function createAnnouncer(first: string): Announcer {
  const text = signal(first);
  let lines = new Map<string, string>();
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    text,
    announce(line, topic = "") {
      const now = performance.now();
      if (now - saidAt >= togetherMs) lines = new Map();
      saidAt = now;
      lines.set(topic, line);
      text.value = [...lines.values()].join(" ");
    },
    mention(line) {
      if (performance.now() - saidAt >= progressMs) this.announce(line());
    },
  };
}

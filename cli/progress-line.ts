import type { WriteStream } from "node:tty";
import type { Client } from "@connectrpc/connect";
import { numbersIn } from "../client/numbers.ts";
import { chanceAfter } from "../client/odds/after-hashes.ts";
import { chancePerHash, middle } from "../client/odds/chance.ts";
import { oddsNumbersIn } from "../client/odds-numbers.ts";
import type { ActivityService, SearchProgress } from "../proto/gen/hash_name/v1/activity_pb.ts";
import type { Options } from "./options.ts";

const style = { language: "en", setsTight: false } as const;
const { duration } = numbersIn(style);
const { oneIn, percent } = oddsNumbersIn(style);

/** One line of a terminal that is written anew while a search runs. Nothing of it is there without a terminal. */
export interface ProgressLine {
  /** Shows what the server says of the search until the signal is aborted. */
  follow(activity: Client<typeof ActivityService>, searchId: string, signal: AbortSignal): void;
  /** Makes room for a line that stays. */
  clear(): void;
  /** Writes a line that stays, terminal or not. */
  say(line: string): void;
  /** Writes nothing more. */
  end(): void;
}

export function createProgressLine({ name, idealDistance }: Options, terminal: WriteStream): ProgressLine {
  const isShown = terminal.isTTY === true;
  const chance = isShown ? middle(chancePerHash(name, idealDistance)) : 0;
  let isDrawn = false;
  let hasEnded = false;

  function clear(): void {
    if (isDrawn) terminal.write("\r\x1b[K");
    isDrawn = false;
  }

  function draw(progress: SearchProgress): void {
    if (hasEnded) return;
    clear();
    terminal.write(textOf(progress, chance, terminal.columns || 80));
    isDrawn = true;
  }

  return {
    follow(activity, searchId, signal) {
      if (isShown) void watch(activity, searchId, signal, draw);
    },
    clear,
    say(line) {
      clear();
      hasEnded = true;
      terminal.write(`${line}\n`);
    },
    end() {
      clear();
      hasEnded = true;
    },
  };
}

/** Tells the search's progress as the server does: at most ten times a second. Never throws. */
async function watch(
  activity: Client<typeof ActivityService>,
  searchId: string,
  signal: AbortSignal,
  tell: (progress: SearchProgress) => void,
): Promise<void> {
  try {
    for await (const { progress } of activity.watchActivity({ searchIds: [searchId] }, { signal })) {
      const [ofSearch] = progress;
      if (ofSearch !== undefined) tell(ofSearch);
    }
  } catch {
    // Without it there is no progress to be seen. The search says by itself what became of it.
  }
}

/** As much of it as one line holds, the most important first. */
function textOf(progress: SearchProgress, chance: number, columns: number): string {
  const { hashesComputed, hashesPerSecond, elapsed, searchesAhead } = progress;
  if (searchesAhead !== undefined)
    return `Waiting for a free place, ${searchesAhead} ahead`.slice(0, columns - 1);
  const hashes = Number(hashesComputed);
  const seconds = Number(elapsed?.seconds ?? 0n);
  const parts = [
    `${oneIn(hashes)} hashes`,
    `chance of a match by now ${percent(chanceAfter(chance, hashes))}`,
    `${oneIn(hashesPerSecond)} a second`,
    duration(seconds * 1000),
    `1 in ${oneIn(1 / chance)} matches`,
  ];
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}, ${part}`;
    // The last column is left free: some terminals break the line there.
    if (longer.length < columns) line = longer;
  }
  return line;
}

import type { Chance } from "../../../client/odds/chance.ts";

/** What a worker is asked: the chance per hash of a name within a distance. */
export interface Question {
  readonly name: string;
  readonly distance: number;
}

/** One thread that answers one question at a time. */
export interface Oracle {
  /** `failed` means no answer this time, for example without a server to load the thread from. */
  ask(question: Question, answered: (chance: Chance) => void, failed: () => void): void;
}

export interface Odds {
  /** The chance; undefined until it has been computed. `onAnswer` is then called, and callers that still want it ask again. */
  chance(name: string, distance: number): Chance | undefined;
}

const mostKept = 2_000;
const retryMs = 1_000;

/**
 * Caches the oracle's answers, each under its own question, so that no answer is taken
 * for another question's. Nothing waits in line: a name that was typed over is not asked
 * for again, and costs at most the one question that was under way.
 */
export function createOdds(oracle: Oracle, onAnswer: () => void): Odds {
  const known = new Map<string, Chance>();
  let asked: string | undefined;

  function ask(key: string, question: Question): void {
    asked = key;
    oracle.ask(
      question,
      (chance) => {
        asked = undefined;
        known.set(key, chance);
        for (const oldest of known.keys()) {
          if (known.size <= mostKept) break;
          known.delete(oldest);
        }
        onAnswer();
      },
      () => {
        setTimeout(() => {
          asked = undefined;
          onAnswer();
        }, retryMs);
      },
    );
  }

  return {
    chance(name, distance) {
      const key = `${distance} ${name.toLowerCase()}`;
      const answer = known.get(key);
      if (answer === undefined && asked === undefined) ask(key, { name, distance });
      return answer;
    },
  };
}

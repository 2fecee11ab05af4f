import type { OpenMachines } from "../../../client/machines.ts";
import { namesIn } from "../../../client/names.ts";
import type { NumberStyle } from "../../../client/numbers.ts";
import type { AskedAfter } from "../session/search-state.ts";
import { pluralsIn } from "./plurals.ts";
import type { Wait } from "./rare-words.ts";

const style: NumberStyle = { language: "en", setsTight: false };
const plural = pluralsIn(style);
const named = namesIn(style, (n) => `${n} more`);
const others = (areIdle: boolean) => (areIdle ? " All other workers are idle." : "");
const machines = (names: readonly string[]) =>
  `${plural(names.length, { one: "machine", other: "machines" })} ${named(names.map((name) => name || "(name not known)"))}`;

/** What is said of endings that are rare, in English. */
export const rareEn = {
  language: style.language,
  forToken: "Waiting for your token. Nothing has been sent yet.",
  withoutToken: "Without your token the server does not say what became of this search.",
  full: {
    server: "Not started: the server is full.",
    client: "Not started: you have as many searches running as the server allows.",
    often: "Not started: you have begun as many searches in a minute as the server allows.",
    credit: "Not started: too little of your hash credit is left.",
    unknown: "Not started: the server cannot look up what you may still have.",
  },
  again: (wait: Wait, canStop: boolean) => {
    const later = wait === undefined ? "later" : wait === "over" ? "now" : `in about ${wait}`;
    return canStop ? `Stop one, or try again ${later}.` : `Try again ${later}.`;
  },
  leaving: "Not started: the server was shutting down. Try again in a moment.",
  timeout: (limit: string | undefined) =>
    `The proxy in front of the server ended the call: 504, its timeout. It must be set longer than ${
      limit === undefined ? "the server's time limit" : `the server's time limit of ${limit}`
    }.`,
  noServer: (status: number) =>
    `The proxy in front of the server ended the call: ${status}, it got no answer from the server.`,
  other: (status: number) => `The proxy in front of the server ended the call: ${status}.`,
  stopped: "The server had then stopped this search.",
  credit: (hashes: string) =>
    `Your hash credit ran out after ${hashes} hashes of this search. It comes back with time; Continue then goes on from here.`,
  joined: (first: string, second: string) => `${first} ${second}`,
  open: (after: AskedAfter, { names, areOthersIdle }: OpenMachines, within: string) => {
    const what = {
      stop: "Stop sent, not confirmed by",
      limit: "Time limit reached. The stop is not confirmed by",
      loss: "Connected again. The server had stopped this search; that is not confirmed by",
    }[after];
    const ends = plural(names.length, { one: "It ends by itself", other: "They end by themselves" });
    return `${what} ${machines(names)}. ${ends} within ${within}.${others(areOthersIdle)}`;
  },
  lapsed: (after: AskedAfter, { names, areOthersIdle }: OpenMachines) => {
    const what = {
      stop: "Stop sent, never confirmed by",
      limit: "Time limit reached. The stop was never confirmed by",
      loss: "Connected again. The server had stopped this search; that was never confirmed by",
    }[after];
    if (names.length === 0)
      return `${what} workers of the server itself. Its report is final and names them as not idle, so they may still be computing.`;
    const ended = plural(names.length, {
      one: "it has ended by itself",
      other: "they have ended by themselves",
    });
    return `${what} ${machines(names)}. The time for that has passed, so ${ended}.${others(areOthersIdle)}`;
  },
};

import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { pluralsIn } from "./plurals.ts";

const style: NumberStyle = { language: "en", setsTight: false };
const { count, duration } = numbersIn(style);
const plural = pluralsIn(style);

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const hashes = (n: bigint) => `${count(n)} ${plural(n, { one: "hash", other: "hashes" })}`;

/** What the proof of a Stop says, in English. */
export const proofEn = {
  language: style.language,
  ofSearch: "Proof of the Stop:",
  ownClock: "On the server's own clock, from the search's start",
  cancelSeen: "cancel seen",
  workersIdle: "all workers idle",
  after: (n: bigint) => `${hashes(n)} computed after the cancel was seen`,
  pageClock: "On this page's clock, from your Stop",
  clocks: "On each other machine's own clock, from when it took its last piece of work",
  note: "The clocks of two machines are never subtracted from each other.",
  unnamed: "(name not known)",
  interruptSeen: "interrupt seen",
  idle: "idle",
  afterInterrupt: (n: bigint) => `${hashes(n)} after`,
  notInterrupted: "had ended its work before",
  notConfirmed: (ms: number) => `not confirmed, ends by itself within ${seconds(ms)}`,
  overdue: "never confirmed, its time has passed",
  more: (n: number, open: number) =>
    `and ${count(n)} more, ${open === 0 ? "all idle" : `${count(open)} not confirmed`}`,
  restIdle: "all other workers idle",
  heard: (n: bigint) =>
    `${hashes(n)} computed after the cancel was seen, on each machine below after its own interrupt`,
};

import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { farMs, oddsNumbersIn } from "../../../client/odds-numbers.ts";
import { sentence } from "../../../proto/rules.ts";
import type { HoldingLimits } from "../session/holding-limits.ts";
import { pluralsIn } from "./plurals.ts";
import type { Doing } from "./several-words.ts";

const style: NumberStyle = { language: "en", setsTight: false };
const { count, rate, duration, milliseconds } = numbersIn(style);
const plural = pluralsIn(style);

/** A whole number of seconds, for countdowns and rough times. */
const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const some = (n: number | bigint, one: string, many: string) =>
  `${count(n)} ${plural(n, { one, other: many })}`;
const moments = new Intl.DateTimeFormat(style.language, { dateStyle: "medium", timeStyle: "short" });
const hashes = (n: bigint) => some(n, "hash", "hashes");

const { oneIn, percent, span, expected } = oddsNumbersIn(style);
const likely = (chance: number, fractionDigits?: number) => {
  if (chance > 0.999) return `more than ${percent(0.999)}`;
  return chance > 0 && chance < 0.001 ? `less than ${percent(0.001)}` : percent(chance, fractionDigits);
};
const budget = (n: bigint) => (n < 1_000_000n ? count(n) : oneIn(Number(n)));
const every = (ms: number, words: string, beyond: string) =>
  ms < farMs ? `${words} ${span(ms)}` : `${beyond} ${span(farMs)}`;

const unanswered = "Stop sent, not confirmed. The server has not answered.";

/** Every sentence of the page in English. The other languages have the same keys. */
export const en = {
  ...style,
  numbers: { count, rate, duration, milliseconds },

  state: {
    idle: "Ready.",
    waiting: (ahead: number) => {
      if (ahead === 0) return "Waiting for a free place. Yours is the next.";
      return `Waiting for a free place. ${some(ahead, "search is", "searches are")} ahead of you.`;
    },
    sending: "Searching…",
    running: (n: bigint, perSecond: number) =>
      perSecond === 0 ? `Searching… ${hashes(n)}.` : `Searching… ${hashes(n)}, ${rate(perSecond)} a second.`,
    stopping: "Stopping… waiting for the server to confirm.",
    stopped: (workers: number, othersRun: boolean, others: number) => {
      if (workers === 0) return "Stopped by you. The server confirmed that no worker had begun.";
      if (others > 0) {
        const done = othersRun ? "done with it" : "idle";
        const those = some(others, "other machine", "other machines");
        return `Stopped by you. The server confirmed that all workers are ${done}, those of ${those} included.`;
      }
      const them = plural(workers, { one: "its worker is", other: `all ${count(workers)} workers are` });
      return `Stopped by you. The server confirmed that ${them} ${othersRun ? "done with it." : "idle."}`;
    },
    unanswered,
    unconfirmed: (retryInMs: number | undefined, limitMs: number | undefined) =>
      [
        unanswered,
        retryInMs === undefined ? "Checking again now." : `Checking again in ${seconds(retryInMs)}.`,
        limitMs === undefined
          ? "The server has given no time limit, so it may still be searching."
          : `Without contact it stops by itself within ${seconds(limitMs)}.`,
      ].join(" "),
    notStarted: "Stopped by you. The server had not begun, and now never will.",
    found: (n: bigint, elapsedMs: number) => `Found after ${hashes(n)} in ${duration(elapsedMs)}.`,
    foundUnseen: "The server had just found a match; it did not arrive here. The workers are idle.",
    budget: (n: bigint, chance: number | undefined) =>
      chance === undefined
        ? `Budget spent: ${hashes(n)}.`
        : `Budget spent: ${hashes(n)}. The chance of a match by then was ${likely(chance, 1)}.`,
    timingOut: (limitMs: number) =>
      `Time limit of ${duration(limitMs)} reached. Waiting for the server to confirm that it stopped.`,
    timedOut: (limitMs: number) =>
      `Time limit of ${duration(limitMs)} reached. The server confirmed it stopped.`,
    exhausted: "Every candidate has been tried.",
    shutdown: "The server was shut down, which stopped this search.",
    lost: (retryInMs: number | undefined) =>
      `Connection lost. We cannot tell yet whether the server is still searching. ${
        retryInMs === undefined ? "Trying again now." : `Trying again in ${seconds(retryInMs)}.`
      }`,
    cutOff: "We cannot tell yet whether the server is still searching.",
    back: "Connected again. The server had stopped this search when the connection dropped.",
    left: (retryInMs: number | undefined) =>
      `The page was reloaded or closed while this search ran. ${
        retryInMs === undefined
          ? "Asking the server what became of it."
          : `The server has not answered; trying again in ${seconds(retryInMs)}.`
      }`,
    leftAndStopped: "The page was reloaded or closed while this search ran. The server had stopped it.",
    several: (counts: readonly (readonly [Doing, number])[]) => {
      const words = {
        searching: "searching",
        waiting: "waiting",
        stopping: "stopping",
        stopped: "stopped, confirmed by the server",
        cancelled: "cancelled",
        found: "found",
        unknown: "not reached",
        ended: "ended",
      };
      return `Searches: ${counts.map(([doing, n]) => `${count(n)} ${words[doing]}`).join("; ")}.`;
    },
    restarted: "The server restarted, so this search is no longer running.",
    forgotten: "The server does not know this search, so it is not running.",
    refusedInput: (sentence: string) => `Not started: ${sentence}`,
    failed: "The server had a problem of its own and ended this search. Try it again.",
  },

  action: {
    search: "Search",
    stop: "Stop",
    stopping: "Stopping…",
    stopAll: "Stop all",
    resume: "Continue",
    findNext: "Find next",
    showMatch: "Get the match",
    again: "Search again",
    tryNow: "Try now",
    remove: "Take off the list",
    stopKey: "Esc stops the search that has the focus, else the latest.",
    stopAllKey: "Esc Esc stops all.",
  },

  form: {
    legend: "New search",
    name: "Name",
    nameHint: "Letters, digits, + or /. Upper and lower case are the same.",
    wrongAllowed: "Wrong letters allowed",
    /** A sentence around a choice: "up to 2 wrong letters". */
    nearMisses: "also list near misses,",
    upTo: "up to",
    wrongLetters: (n: number) => plural(n, { one: "wrong letter", other: "wrong letters" }),
    limits: "Limits",
    hashes: "Hashes",
    hashesHint: (limit: bigint | undefined, isExceeded: boolean) => {
      if (limit === undefined || limit === 0n) return "No limit";
      return isExceeded
        ? `More than the server gives: it stops at ${count(limit)}.`
        : `The server's: ${count(limit)}`;
    },
    time: "Time in seconds",
    timeHint: (limitMs: number | undefined, isExceeded: boolean) => {
      if (limitMs === undefined || limitMs === 0) return "No limit";
      return isExceeded
        ? `More than the server gives: it stops after ${duration(limitMs)}.`
        : `The server's: ${duration(limitMs)}`;
    },
    badHashes:
      "The limit is not a number of hashes. Type a whole number, or leave it empty for the server's.",
    badTime:
      "The time is not a number of seconds. Type a number above 0, or leave it empty for the server's.",
  },

  intro: {
    title: "What happens here",
    sentence:
      "Every text has a fingerprint, its SHA-1 hash. We try bytes, one string after the other, until a fingerprint spells your name.",
    bytes: "the bytes",
    becomes: "have this SHA-1, in base64:",
    tryOne: "Try one:",
    example: (name: string, wrong: number) =>
      wrong === 0 ? name : `${name}, ${some(wrong, "wrong letter", "wrong letters")}`,
  },

  /** What a word means, where it first stands. */
  terms: {
    worker: "A thread of the server that tries candidates. All searches share the workers.",
    candidate:
      "A string of bytes to be tried. All of one byte come first, then all of two, and so on, in order.",
    hash: "The SHA-1 of a candidate, written in base64: 28 characters. To compute one is to try one candidate.",
  },

  connections: {
    queued:
      "Waiting for a free connection. This browser keeps to four searches and streams at once, so that a Stop can always be confirmed.",
    withdrawn: "Cancelled by you while it waited. It was never sent.",
    cancel: "Cancel",
    lost: "No contact with the server. The page keeps trying.",
    tryingNow: "The server cannot be reached. Trying again now.",
    back: "In contact with the server again.",
  },

  card: {
    region: "Searches",
    empty: "No searches here. Type a name and press Enter.",
    hashes: "hashes",
    elapsed: "elapsed",
    query: (wrongAllowed: number, alsoShow: number) =>
      [
        wrongAllowed === 0
          ? "no wrong letters"
          : some(wrongAllowed, "wrong letter allowed", "wrong letters allowed"),
        ...(alsoShow === 0 ? [] : [`near misses up to ${count(alsoShow)}`]),
      ].join(", "),
    foundFor: (name: string) => `Found for ${name}`,
    wrong: (distance: number) => (distance === 0 ? "exact" : `${count(distance)} wrong`),
    candidate: "Candidate",
    lastCandidate: "Last candidate tried",
    hit: "Hit",
    secret: "from the bytes",
    emptySecret: "(no bytes)",
    matches: (n: number) => plural(n, { one: "match", other: "matches" }),
    nearMisses: (n: number) => plural(n, { one: "near miss", other: "near misses" }),
    bestOf: (shown: number, all: number) => `Best ${count(shown)} shown, ${count(all)} found.`,
    arrowKeys: "Arrow keys choose a row and its button, Enter presses it.",
  },

  server: {
    title: "Server now",
    lastHeard: "Server, as last heard",
    connecting: "Server: connecting…",
    offline:
      "The server has not answered yet. Searches and keyed streams need it; the odds and your history are here without it.",
    connected: "Server: connected",
    asked: "Server: asks for a token",
    lost: "Server: not reached",
    banner: (retryInMs: number) => `The server cannot be reached. Trying again in ${seconds(retryInMs)}.`,
    searches: "Searches",
    streams: "Keyed streams",
    yours: (all: number, mine: number) => `${count(all)} (yours ${count(mine)})`,
    workers: "Workers busy",
    busy: (busy: number, all: number) => `${count(busy)} of ${count(all)}`,
    rate: "Hashes a second",
    waiting: "Waiting",
    hashes: "Hashes in total",
  },

  kept: {
    copyLink: "Copy link",
    copyBytes: "Copy bytes",
    check: "Check",
    copied: "Copied",
    notCopied: "The browser did not allow copying.",
    ofMatch: (hash: string) => `of the match ${hash}`,
    ofNearMiss: (hash: string) => `of the near miss ${hash}`,
    exportOf: (name: string) => `what was found for ${name}`,
    pictureOf: (name: string) => `a picture of the best match for ${name}`,
    match: "A match",
    history: "History",
    clear: "Clear history",
    cleared: "The history is empty now.",
    show: "Show",
    delete: "Delete",
    undo: "Undo",
    undone: "Undone.",
    takenOff: (name: string, isKept: boolean) =>
      isKept ? `${name} is in the history now.` : `${name} is off the list.`,
    deleted: (name: string) => `${name} is deleted from the history.`,
    found: (ideal: number, near: number) =>
      [some(ideal, "match", "matches"), ...(near === 0 ? [] : [some(near, "near miss", "near misses")])].join(
        ", ",
      ),
    notKept: "This browser keeps no history for this page: searches are lost when the page is closed.",
    titleSearching: (name: string) => `Searching ${name}`,
    titleFound: (name: string) => `Found ${name}`,
    titleStopped: (name: string) => `Stopped ${name}`,
    titleEnded: (name: string) => `Ended ${name}`,
    notify: "Notify me when a search ends",
    notifyOn: "You will be notified when a search ends.",
    notifyOff: "You will not be notified any more.",
    notifyDenied: "The browser does not allow this page to notify you.",
    spark: (now: number, least: number, most: number) =>
      `Over the last minute: now ${rate(now)}, lowest ${rate(least)}, highest ${rate(most)} hashes a second.`,
    moment: (at: number) => moments.format(at),
  },

  proof: {
    title: "Last stop",
    none: "Nothing stopped yet. How your last Stop went will stand here.",
    withSearch: "What the server said of it stands with the search.",
    proven: "proven",
    open: "not confirmed",
    asking: "asking",
    pressed: (reason: string) => `you stopped ${reason}`,
    confirmed: "confirmed here",
    notBegun: "never begun",
  },

  odds: {
    none: "Type a name to see its odds.",
    computing: "Working out the odds…",
    /** `p`: per hash; `perSecond`: hashes, where known. */
    line: (p: number, perSecond: number | undefined) => {
      const hash = p > 0.9995 ? "Every hash matches" : `About 1 in ${oneIn(1 / p)} hashes`;
      if (perSecond === undefined) return `${hash}.`;
      const matches = p * perSecond;
      return matches > 10
        ? `${hash}; here about ${rate(matches)} times a second.`
        : `${hash}; here ${every(1000 / matches, "about every", "less than once in")}.`;
    },
    /** The chance within the limits; then the mark beyond it, how many hashes it takes, and their time where the speed is known. */
    within: (
      limits: HoldingLimits,
      chance: number,
      mark: number | undefined,
      needed: number | undefined,
      perSecond: number | undefined,
    ) => {
      const those = [
        ...(limits.hashes === undefined ? [] : [`${budget(limits.hashes)} hashes`]),
        ...(limits.ms === undefined ? [] : [duration(limits.ms)]),
      ];
      const now = `Chance within the limits (${those.join(", ")}): ${likely(chance)}.`;
      if (mark === undefined || needed === undefined) return now;
      const time =
        perSecond === undefined ? "" : `, ${every((needed / perSecond) * 1000, "about", "more than")}`;
      return `${now} For ${percent(mark)} it takes ${oneIn(needed)} hashes${time}.`;
    },
    byNow: "Chance by now",
    chance: (chance: number) => likely(chance),
    atLimit: (chance: number, ms: number) =>
      `${likely(chance)} at the limit, ${every(ms, "in", "in more than")}`,
    next: (mark: number, ms: number) => `${percent(mark)} after ${every(ms, "another", "more than")}`,
    average: (ms: number) => `On average ${every(ms, "one match every", "less than one match in")}.`,
    averageHashes: (p: number) => `On average one match in ${oneIn(1 / p)} hashes.`,
    note: (average: string) => `${average} No memory: the next minute is as likely as the first.`,
    mark: (mark: number) => percent(mark),
    ladder: (name: string) => `Found for ${name}, and expected by chance`,
    wrong: "wrong",
    found: "found",
    expectedHead: "expected",
    expected: (matches: number | undefined) => (matches === undefined ? "…" : expected(matches)),
  },

  streams: {
    views: "What this page shows",
    searches: "Searches",
    title: "Keyed streams",
    guide: "Guide",
    running: (n: number) => (n === 0 ? "" : `${count(n)} on`),
  },

  everyone: {
    /** A sentence about one of several. */
    named: (name: string, sentence: string) => `${name}: ${sentence}`,
    language: "Language",
    keys: "Keys",
    theme: { system: "Colours: as in the system", light: "Colours: light", dark: "Colours: dark" },
    /** What is wrong with the input. In English these are the server's own sentences. */
    rule: sentence,
  },
};

/** The type that the dictionary of every language must have. */
export type Words = Sentences<typeof en>;

/** The same keys and the same parameters, but any text as the result. */
export type Sentences<T> = T extends (...given: infer Given) => string
  ? (...given: Given) => string
  : T extends string
    ? string
    : { readonly [Key in keyof T]: Sentences<T[Key]> };

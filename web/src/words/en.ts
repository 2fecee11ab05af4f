import { numbersIn } from "./numbers.ts";

const { count, rate, duration, milliseconds } = numbersIn("en");

/** A whole number of seconds, for what is counted down or about. */
const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const some = (n: number | bigint, one: string, many: string) => `${count(n)} ${Number(n) === 1 ? one : many}`;
const hashes = (n: bigint) => some(n, "hash", "hashes");

/** Every sentence of the page in English. The other languages have the same keys. */
export const en = {
  language: "en",
  numbers: { count, rate, duration, milliseconds },

  state: {
    idle: "Ready.",
    waiting: (ahead: number) => {
      if (ahead === 0) return "Waiting for a free place. Yours is the next.";
      const them = ahead === 1 ? "1 search is" : `${count(ahead)} searches are`;
      return `Waiting for a free place. ${them} ahead of you.`;
    },
    sending: "Searching…",
    running: (n: bigint, perSecond: number) =>
      perSecond === 0 ? `Searching… ${hashes(n)}.` : `Searching… ${hashes(n)}, ${rate(perSecond)} a second.`,
    stopping: "Stopping… waiting for the server to confirm.",
    stopped: (workers: number, othersRun: boolean) => {
      if (workers === 0) return "Stopped by you. The server confirmed that no worker had begun.";
      const them = workers === 1 ? "its worker is" : `all ${count(workers)} workers are`;
      return `Stopped by you. The server confirmed that ${them} ${othersRun ? "done with it." : "idle."}`;
    },
    unconfirmed: (retryInMs: number | undefined, limitMs: number | undefined) =>
      [
        "Stop sent, not confirmed. The server has not answered.",
        retryInMs === undefined ? "Checking again now." : `Checking again in ${seconds(retryInMs)}.`,
        limitMs === undefined
          ? "The server has told no time limit, so it may still be searching."
          : `Without contact it stops by itself within ${seconds(limitMs)}.`,
      ].join(" "),
    notStarted: "Stopped by you. The server had not begun, and now never will.",
    found: (n: bigint, elapsedMs: number) => `Found after ${hashes(n)} in ${duration(elapsedMs)}.`,
    foundUnseen: "The server had just found a match; it did not arrive here. The workers are idle.",
    budget: (n: bigint) => `Budget spent: ${hashes(n)}.`,
    timingOut: (limitMs: number) =>
      `Time limit of ${duration(limitMs)} reached. Waiting for the server to confirm that it stopped.`,
    timedOut: (limitMs: number) =>
      `Time limit of ${duration(limitMs)} reached. The server confirmed it stopped.`,
    exhausted: "Every candidate has been tried.",
    shutdown: (retryAfterMs: number | undefined) =>
      retryAfterMs === undefined
        ? "The server is shutting down and has stopped this search."
        : `The server is shutting down and has stopped this search. Try again in about ${seconds(retryAfterMs)}.`,
    lost: (retryInMs: number | undefined) =>
      `Connection lost. We cannot tell yet whether the server is still searching. ${
        retryInMs === undefined ? "Trying again now." : `Trying again in ${seconds(retryInMs)}.`
      }`,
    back: "Connected again. The server had stopped this search when the connection dropped.",
    restarted: "The server restarted, so this search is no longer running.",
    forgotten: "The server does not know this search, so it is not running.",
    refusedBusy: (ofClient: boolean, retryAfterMs: number | undefined) => {
      const later = retryAfterMs === undefined ? "later" : `in about ${seconds(retryAfterMs)}`;
      return ofClient
        ? `Not started: you have as many searches running as the server allows. Stop one, or try again ${later}.`
        : `Not started: the server is full. Try again ${later}.`;
    },
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
    remove: "Remove",
  },

  form: {
    legend: "New search",
    name: "Name",
    nameHint: "Letters, digits, + or /. Upper and lower case are the same.",
    wrongAllowed: "Wrong letters allowed",
    alsoShow: "Also show up to",
    none: "none",
    mode: "Show",
    first: "first match",
    every: "every near miss",
    limits: "Limits",
    hashes: "Hashes",
    hashesHint: (limit: bigint | undefined) =>
      limit === undefined || limit === 0n ? "No limit" : `The server's: ${count(limit)}`,
    time: "Time in seconds",
    timeHint: (limitMs: number | undefined) =>
      limitMs === undefined || limitMs === 0 ? "No limit" : `The server's: ${duration(limitMs)}`,
    badHashes:
      "The limit is not a number of hashes. Type a whole number, or leave it empty for the server's.",
    badTime:
      "The time is not a number of seconds. Type a number above 0, or leave it empty for the server's.",
  },

  connections: {
    queued:
      "Waiting for a free connection. This browser keeps to four searches at once, so that a Stop can always be confirmed.",
    withdrawn: "Cancelled by you while it waited. It was never sent.",
    cancel: "Cancel",
    lost: "No contact with the server. It is tried again by itself.",
    tryingNow: "The server cannot be reached. Trying again now.",
    back: "Contact with the server again.",
  },

  card: {
    region: "Searches",
    empty: "No searches yet. Type a name and press Enter.",
    hashes: "hashes",
    elapsed: "elapsed",
    query: (wrongAllowed: number, alsoShow: number) =>
      [
        wrongAllowed === 0
          ? "no wrong letters"
          : some(wrongAllowed, "wrong letter allowed", "wrong letters allowed"),
        ...(alsoShow === 0 ? [] : [`near misses up to ${count(alsoShow)}`]),
      ].join(", "),
    matchesOf: (name: string) => `Matches of ${name}`,
    wrong: (distance: number) => (distance === 0 ? "exact" : `${count(distance)} wrong`),
    secret: "from the bytes",
    emptySecret: "(no bytes)",
    matches: "matches",
    bestOf: (shown: number, all: number) => `Best ${count(shown)} shown, ${count(all)} found.`,
  },

  server: {
    title: "Server now",
    lastHeard: "Server, as last heard",
    connecting: "Server: connecting…",
    connected: "Server: connected",
    lost: "Server: not reached",
    banner: (retryInMs: number) => `The server cannot be reached. Trying again in ${seconds(retryInMs)}.`,
    searches: "Searches",
    yours: (all: number, mine: number) => `${count(all)} (yours ${count(mine)})`,
    workers: "Workers busy",
    busy: (busy: number, all: number) => `${count(busy)} of ${count(all)}`,
    rate: "Hashes a second",
    waiting: "Waiting",
    hashes: "Hashes in all",
  },

  proof: {
    title: "Last stop",
    none: "Nothing stopped yet. Here the server's word on your last Stop will stand.",
    proven: "proven",
    open: "not confirmed",
    asking: "asking",
    pressed: (reason: string) => `you stopped ${reason}`,
    confirmed: "confirmed here",
    ownClock: "On the server's own clock, from the search's start",
    cancelSeen: "cancel seen",
    workersIdle: "all workers idle",
    notBegun: "never begun",
    after: (n: bigint) => `${hashes(n)} computed after the cancel was seen`,
  },
};

/** What another language must have. */
export type Words = typeof en;

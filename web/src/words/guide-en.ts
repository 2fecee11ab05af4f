import { type NumberStyle, numbersIn } from "./numbers.ts";

const style: NumberStyle = { language: "en", setsTight: false };
const { count, milliseconds } = numbersIn(style);

/** What the guide says in English. */
export const guideEn = {
  language: style.language,
  lead: "What gRPC's documents say about cancellation, to be tried here. Each scenario makes real calls to this server, writes down what both sides notice, and lays it beside what was expected.",
  scenarios: "Scenarios",
  run: "Run",
  again: "Run again",
  stop: "Stop",
  sources: "Sources:",
  status: {
    ready: "Not run yet.",
    opening: "Reading the server's clock…",
    running: (act: string) => `Running: ${act}`,
    waiting: "Waiting for a free connection of the browser.",
    agrees: (acts: number) => `As expected: ${count(acts)} of ${count(acts)}.`,
    differs: (agree: number, acts: number) =>
      `Differs from what was expected: ${count(agree)} of ${count(acts)} agree.`,
    stopped: "Stopped by you. What the run had started has been cancelled.",
    noLab:
      "This server has no lab, so this scenario cannot be run here. Start the server with --lab, or on this computer (127.0.0.1), where the lab is always there.",
    broken: (code: string, words: string) => `The run was broken off: ${code}. ${words}`,
  },
  clock: (uncertaintyMs: number) =>
    `Each side has its own clock. The server's times are laid beside this page's, with an error of at most ${milliseconds(uncertaintyMs)}.`,
  sequence: "What happened",
  nothingYet: "Nothing yet.",
  comparison: "Expected beside observed",
  expected: "Expected",
  observed: "Observed",
  nothing: "nothing",
  times: (n: number) => `${count(n)} times`,
  verdicts: {
    agrees: "as expected",
    awaited: "not yet",
    missing: "missing",
    unexpected: "not expected",
    "other-code": "another code",
    fails: "does not hold",
    differs: "differs",
    open: "not run",
  },
  places: {
    page: "This page",
    server: (n: string) => `Server ${n}`,
    caller: "Calling program",
    proxy: "Network between",
  },
  calls: (place: string) => `${place}, calling`,
  called: (place: string) => place,
  events: {
    CALL_MADE: "makes the call",
    FIRST_MESSAGE: "first message is here",
    CALL_ABORTED: "aborts its signal",
    CALL_ENDED: "the call has ended",
    CALL_IN: "the call is in",
    CANCEL_SEEN: "sees its signal abort",
    WORK_BEGUN: "begins the work",
    WORK_ENDED: "the work has ended",
    CODE_SENT: "answers",
    WAITS_FOR_READER: "waits for the reader",
    GOES_ON: "goes on sending",
    CONNECTION_CHANGED: "the connection changes",
    SERVER_LISTENS: "listens",
    SERVER_STOPS: "is told to stop",
    WORK_GOES_ON: "still works, for nobody",
    NOT_NOTICED: "has noticed nothing",
    READER_PAUSES: "stops reading",
    READER_GOES_ON: "reads on",
    REPORT_ASKED: "asks for the report, with the reason",
    REPORT_CAME: "has the report: all workers idle",
    DETAILS_READ: "reads the details",
  },
  left: (ms: number) => `${milliseconds(ms)} of the deadline left`,
  done: {
    slept: (ms: bigint) => `after ${milliseconds(Number(ms))}`,
    hashes: (n: bigint) => `${count(n)} hashes`,
    messages: (n: bigint) => `${count(n)} sent`,
  },
  or: " or ",
  anyError: "any code but OK",
  chart: {
    title: "The handler, step by step",
    perform: "Do a piece of the work",
    cancelled: "Cancelled?",
    cleanUp: "Clean up",
    exit: "Leave",
    reached: "reached",
    notReached: "not reached",
  },
  named: {
    cancel: {
      title: "The caller cancels",
      text: "A caller that no longer wants an answer cancels its call. Its own side ends at once, with CANCELLED. The server is told, and its handler sees that on its signal; everything else is up to the handler. A reason that the caller gives stays with the caller, because no protocol carries it.",
    },
    manners: {
      title: "A handler that looks, and one that does not",
      text: "The library tells a handler that its caller has gone, but it cannot stop the handler's code. A handler that looks at its signal between two pieces of work, cleans up and leaves, frees its worker. One that never looks goes on working for nobody. The same Stop is pressed twice here.",
    },
    deadline: {
      title: "Deadlines",
      text: "A deadline is a cancel that was agreed on beforehand. It travels with the call, so both sides count it, and each server passes on only what is left of it. Where browser and server notice it at the same moment, the server may hear of a plain cancel first; the caller always sees DEADLINE_EXCEEDED.",
    },
    propagation: {
      title: "Servers behind servers",
      text: "A server that makes calls of its own should give them its caller's signal. Then one cancel reaches the last server in the chain. Some libraries do this by themselves; in Node the handler has to. Without it the servers behind go on, and nobody waits for their answer.",
    },
    flow: {
      title: "A reader that pauses",
      text: "A stream is sent no faster than it is read. When the reader pauses, buffers fill up, and then the server waits instead of keeping more and more in its memory. A reader that leaves while it pauses must still free what the server holds for it.",
    },
    decision: {
      title: "The server decides",
      text: "A server also ends calls for reasons of its own: a budget, a limit, a shutdown. Then CANCELLED would be wrong, because nobody cancelled. It answers with the code of its cause, and with details that a program can read.",
    },
    lost: {
      title: "The connection is lost",
      text: "No one cancels here; the network fails. The server itself plays both sides, through a small proxy that damages the connection. What is closed or reset is known at once. What falls silent is found out by those who ask: by frames of PING.",
    },
    readiness: {
      title: "Not there yet, and about to leave",
      text: "A call may be made before its server listens, and a server may leave while calls are under way. Both can be done without losing a call.",
    },
    keyed: {
      title: "Keyed streams",
      text: "One key opens a stream and closes it again: an example from an article about streams in the browser. Its defects are played here beside what became of them on this page.",
    },
  },
  acts: {
    unary: { title: "One answer", text: "The call is cancelled while the handler works." },
    streaming: { title: "A stream", text: "The call is cancelled after the first message." },
    before: {
      title: "Before the call has left",
      text: "The signal is already aborted when the call is made. Nothing is sent.",
    },
    after: { title: "After the end", text: "The answer is here when the signal aborts. Nothing happens." },
    twice: { title: "Twice", text: "The second cancel changes nothing: the first one counts." },
    reason: {
      title: "With a reason",
      text: "The caller says why. Its own error has the reason; what the server hears has not.",
    },
    report: {
      title: "What this page does instead",
      text: "A real search is stopped with a reason. A second call then asks for the search's report and brings the reason along, so the server's log has it; and the report proves that the workers are idle.",
    },
    checks: { title: "A handler that looks", text: "It sees the cancel, and its worker is free at once." },
    ignores: {
      title: "A handler that never looks",
      text: "The caller has gone, and the worker computes on until its 2 seconds are over. That the lab bounds it is the only thing that ends it.",
    },
    five: {
      title: "Five deadlines, one delay",
      text: "The work takes 500 ms. Of five calls, those with a deadline of 100, 200 and 300 ms are late, those with 900 and 1,500 ms are not.",
    },
    travels: {
      title: "A deadline that travels",
      text: "The call has 800 ms, and goes through three servers. Each one is told what is left.",
    },
    race: {
      title: "Deadline and cancel in a race",
      text: "The deadline is at 400 ms; the caller cancels at 200, 400 and 600 ms. The first of the two decides, and the other changes nothing.",
    },
    with: {
      title: "With propagation",
      text: "Each server gives its caller's signal to the call that it makes. One cancel ends all three.",
    },
    without: {
      title: "Without propagation",
      text: "The first server forgets to. It answers its caller, while the two behind it work on until they are done.",
    },
    pauses: {
      title: "A reader that pauses, goes on, and leaves while it pauses",
      text: "The server would send 6.5 GB. It waits as soon as the buffers are full, goes on with the reader, and is freed when the reader leaves.",
    },
    closed: { title: "Closed", text: "The connection is closed on both sides. Both know at once." },
    reset: { title: "Reset", text: "The connection is reset. Both know at once." },
    frozen: {
      title: "Frozen, without PING",
      text: "Nothing goes through any more, and nobody says so. After 8 seconds neither side knows; only then does the rehearsal close the connection.",
    },
    frozenPings: {
      title: "Frozen, with PING",
      text: "The same, but each side asks every half second whether the other is there.",
    },
    halfOpen: {
      title: "Half open, without PING",
      text: "The caller's end is gone, and the server is not told. It goes on sending to nobody.",
    },
    halfOpenPings: { title: "Half open, with PING", text: "The server asks, gets no answer, and stops." },
    waitForReady: {
      title: "Wait for ready",
      text: "Three calls are made before the server is there. One waits for it, one does not, and one waits with a deadline that is too short. HTTP has no such option, so here the caller tries again.",
    },
    gracefulStop: {
      title: "Graceful stop",
      text: "A server is told to stop while two calls are under way. The short one finishes; the long one is told after 2 seconds; a third one, made too late, is not taken.",
    },
    budget: {
      title: "The budget is spent",
      text: "A real search may compute a million hashes. The error says that this was the cause, how far the search came and where to go on. A bare CANCELLED would have told none of it.",
    },
    limit: {
      title: "Too many at once",
      text: "A client may have four rehearsals open. The fifth call is refused with the limit that it met and when to try again. A bare CANCELLED would look like a choice of the caller's own.",
    },
    toggleWas: {
      title: "Two quick presses, as it was",
      text: "The second press leaves the loop that reads the first stream, and opens another. Leaving the loop cancels nothing: the server serves both.",
    },
    toggleIs: {
      title: "Two quick presses, as it is",
      text: "The first stream's signal is aborted before the second stream is opened.",
    },
    lateIs: {
      title: "A cancel between two messages",
      text: "The article's server noticed a cancel at its next message, up to a second later. Here the wait for the next message ends with the signal.",
    },
  },
  checks: {
    reasonStays: "The page's own error has the reason.",
    reasonNotSent: "Nothing that the server heard has the reason in it.",
    reportProves: "The report proves that every worker is idle.",
    reasonInReport: "The report has the reason.",
    endsSoon: "The work ended within half a second of the cancel.",
    goesOn: "The work went on as if nothing had happened.",
    isBounded: "It ended when its 2 seconds were over.",
    deadlineShrinks: "Each server was told of no more time than the one before it.",
    firstWins: "Each handler answered with the cause that it saw first.",
    abortedOnce: "Each call ended once.",
    allEndSoon: "The last server's work ended within half a second of the cancel.",
    lastGoesOn: "The last server's work went on as if nothing had happened.",
    wentOn: "The server went on when the reader did.",
    sentBounded: "When the server first waited, it had sent less than 200 MB of 6.5 GB.",
    bothKnowSoon: "Both sides knew in time: a second after a cut, 2.5 s with PING.",
    serverKnowsSoon: "The server knew within 2.5 s.",
    waitedUntilThere: "The call that waited was answered after the server had begun to listen.",
    shortFinished: "The short call was answered after the server had been told to stop.",
    budgetTold: "The details name the cause and the count of hashes.",
    canGoOn: "They say where to go on.",
    limitTold: "The details say whose limit it was.",
    twoAtOnce: "The server served two streams of one key for half a second and more.",
    firstEnded: "The first stream ended within half a second of the second one's start.",
    noticedBetween: "The work ended before the next message was due.",
  },
};

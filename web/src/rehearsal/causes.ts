import { Scenario as Played } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { candidateSpace } from "../../../proto/rules.ts";
import { type CallEnd, callEndOf, okEnd } from "../api/call-end.ts";
import type { Clients } from "../api/clients.ts";
import type { LabClient } from "../api/lab-client.ts";
import { newSearchId } from "../session/search-id.ts";
import { codeOf, type StatusName } from "./codes.ts";

/** What the calls are made with. */
export interface CauseDeps {
  readonly lab: LabClient;
  readonly clients: Pick<Clients, "finder" | "reports">;
  readonly signal: AbortSignal;
}

interface Cause {
  /** Whether it is a call of the lab. */
  readonly needsLab: boolean;
  make(deps: CauseDeps): Promise<CallEnd>;
}

// No hash of those that are tried in seconds is expected to contain it.
const endless = { desiredName: "zzzzzzzzzzzz", idealHammingDistance: 0 };
const soonMs = 300;

/** For each status code that can be caused here, the call that really ends with it. */
export const causes: Readonly<Partial<Record<StatusName, Cause>>> = {
  OK: onFinder(({ clients, signal }) =>
    // Every hash is within this distance.
    clients.finder.find({ desiredName: "go", idealHammingDistance: 2 }, { signal }),
  ),
  CANCELLED: onFinder(({ clients, signal }) => {
    const mine = new AbortController();
    setTimeout(() => mine.abort(), soonMs);
    return clients.finder.find(endless, { signal: AbortSignal.any([mine.signal, signal]) });
  }),
  INVALID_ARGUMENT: onFinder(({ clients, signal }) =>
    clients.finder.find({ desiredName: "a-b" }, { signal }),
  ),
  DEADLINE_EXCEEDED: onFinder(({ clients, signal }) =>
    clients.finder.find(endless, { signal, timeoutMs: soonMs }),
  ),
  NOT_FOUND: onFinder(({ clients, signal }) =>
    clients.reports.getSearchReport({ searchId: newSearchId() }, { signal }),
  ),
  ALREADY_EXISTS: inRehearsal(async ({ lab, signal }, rehearsalId) => {
    for await (const _ of lab.watchRehearsal({ rehearsalId }, { signal })) break;
  }),
  RESOURCE_EXHAUSTED: onFinder(({ clients, signal }) =>
    clients.finder.find({ ...endless, maximumHashes: 1_000n }, { signal }),
  ),
  FAILED_PRECONDITION: onLab(({ lab, signal }) =>
    lab.work({ rehearsalId: newSearchId(), call: "work", manners: 1, labour: 1 }, { signal }),
  ),
  ABORTED: inRehearsal(({ lab, signal }, rehearsalId, end) => {
    setTimeout(end, soonMs);
    return lab.work({ rehearsalId, call: "work", time: { seconds: 5n }, manners: 1, labour: 1 }, { signal });
  }),
  // From the last candidate on there is only one to try.
  OUT_OF_RANGE: onFinder(({ clients, signal }) =>
    clients.finder.find({ ...endless, startIndex: candidateSpace - 1n }, { signal }),
  ),
  UNAVAILABLE: { needsLab: true, make: unavailable },
};

function onFinder(call: (deps: CauseDeps) => Promise<unknown>): Cause {
  return { needsLab: false, make: (deps) => ended(() => call(deps)) };
}

function onLab(call: (deps: CauseDeps) => Promise<unknown>): Cause {
  return { needsLab: true, make: (deps) => ended(() => call(deps)) };
}

/** A call while a rehearsal is open, which can be ended before. */
function inRehearsal(
  call: (deps: CauseDeps, rehearsalId: string, end: () => void) => Promise<unknown>,
): Cause {
  return {
    needsLab: true,
    async make(deps) {
      const rehearsalId = newSearchId();
      const life = new AbortController();
      const signal = AbortSignal.any([life.signal, deps.signal]);
      try {
        const watch = deps.lab.watchRehearsal({ rehearsalId }, { signal })[Symbol.asyncIterator]();
        await watch.next();
        return await ended(() => call(deps, rehearsalId, () => life.abort()));
      } catch (thrown) {
        return callEndOf(thrown);
      } finally {
        life.abort();
      }
    },
  };
}

/** A page cannot call a port that nobody listens on: the server calls one for it. */
async function unavailable({ lab, signal }: CauseDeps): Promise<CallEnd> {
  const mine = new AbortController();
  const request = { rehearsalId: newSearchId(), scenario: Played.WAIT_FOR_READY };
  try {
    const events = lab.rehearse(request, { signal: AbortSignal.any([mine.signal, signal]) });
    for await (const { event } of events)
      if (event?.code === codeOf("UNAVAILABLE")) return { code: event.code, words: event.words };
    return okEnd;
  } catch (thrown) {
    return callEndOf(thrown);
  } finally {
    mine.abort();
  }
}

async function ended(call: () => Promise<unknown>): Promise<CallEnd> {
  try {
    await call();
    return okEnd;
  } catch (thrown) {
    return callEndOf(thrown);
  }
}

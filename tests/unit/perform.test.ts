import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type ServiceImpl,
} from "@connectrpc/connect";
import { EventKind, LabService } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { compare } from "../../web/src/rehearsal/compare.ts";
import type { StageEvent } from "../../web/src/rehearsal/event.ts";
import { perform, type RunDeps, type RunEnd } from "../../web/src/rehearsal/perform.ts";
import { type Act, onPage, onServer, type Scenario, step } from "../../web/src/rehearsal/scenario.ts";
import type { Connections } from "../../web/src/session/connections.ts";

const server = "server 1";
type Told = { readonly kind: EventKind; readonly call: string; readonly code?: number };

/** A lab whose handlers tell what they are told to. */
function fakeLab(behaviour: { readonly forgets?: EventKind; readonly says?: Code } = {}) {
  const open = new Set<string>();
  let tell: (event: Told) => void = () => {};
  const nowOf = () => ({ seconds: 100n, nanos: 0 });
  const lab: Partial<ServiceImpl<typeof LabService>> = {
    readClock: () => ({ now: nowOf(), serverInstance: "a" }),
    async *watchRehearsal({ rehearsalId }, { signal }) {
      if (behaviour.says !== undefined) throw new ConnectError("no", behaviour.says);
      open.add(rehearsalId);
      signal.addEventListener("abort", () => open.delete(rehearsalId));
      const events: Told[] = [];
      let wake = () => {};
      tell = (event) => {
        events.push(event);
        wake();
      };
      yield { event: {} };
      while (!signal.aborted) {
        const event = events.shift();
        if (event) yield { event: { ...event, place: server, at: nowOf() } };
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener("abort", () => resolve());
          });
      }
    },
    async work({ call }, { signal }) {
      const say = (kind: EventKind, code?: number) => {
        if (kind !== behaviour.forgets || call === "fence")
          tell({ kind, call, ...(code !== undefined && { code }) });
      };
      say(EventKind.CALL_IN);
      if (call === "fence") {
        say(EventKind.CODE_SENT, 0);
        return {};
      }
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      say(EventKind.CANCEL_SEEN, 1);
      say(EventKind.CODE_SENT, 1);
      throw new ConnectError("cancelled", Code.Canceled);
    },
  };
  const client = createClient(
    LabService,
    createRouterTransport(({ service }) => service(LabService, lab)),
  );
  return { client, open };
}

const act: Act = {
  name: "unary",
  lanes: [
    onPage("a", step("CALL_MADE"), step("CALL_ABORTED"), step("CALL_ENDED", 1)),
    onServer(server, "a", step("CALL_IN"), step("CANCEL_SEEN", 1), step("CODE_SENT", 1)),
  ],
  async play({ work, until }) {
    const call = work("a", { timeMs: 5_000 });
    await until((events) => events.some(({ kind }) => kind === "CALL_IN"));
    call.abort("enough");
    await call.ended;
  },
};
const scenario: Scenario = { acts: [act, act], sources: [] };

interface Seen {
  readonly end: RunEnd;
  readonly begun: readonly number[];
  readonly over: readonly number[];
  readonly events: readonly (readonly StageEvent[])[];
  readonly open: ReadonlySet<string>;
}

async function run(
  lab: ReturnType<typeof fakeLab>,
  {
    of = scenario,
    connections,
    onEvent = () => {},
    signal = new AbortController().signal,
  }: {
    of?: Scenario;
    connections?: Connections;
    onEvent?: (event: StageEvent) => void;
    signal?: AbortSignal;
  } = {},
): Promise<Seen> {
  const [begun, over]: [number[], number[]] = [[], []];
  const events: StageEvent[][] = [];
  const deps: RunDeps = {
    lab: lab.client,
    clients: {} as RunDeps["clients"],
    connections,
    now: () => performance.now(),
  };
  const end = await perform(
    of,
    deps,
    {
      offset: () => {},
      begun(index) {
        begun.push(index);
        events[index] = [];
      },
      event(index, event) {
        events[index]?.push(event);
        onEvent(event);
      },
      over: (index) => over.push(index),
      waits: () => {},
    },
    signal,
  );
  return { end, begun, over, events, open: lab.open };
}

test("each act is played to its end in a rehearsal of its own, and nothing stays open", async () => {
  const { end, begun, over, events, open } = await run(fakeLab());
  assert.deepEqual([end, begun, over], [{ kind: "played" }, [0, 1], [0, 1]]);
  for (const seen of events) assert.equal(compare(act, seen, true).verdict, "agrees");
  assert.ok(!events.flat().some(({ call }) => call === "fence"));
  assert.equal(events[0]?.find(({ kind }) => kind === "CALL_ENDED")?.words, "enough");
  assert.equal(open.size, 0);
});

test("what a server forgets is missing: at once where more has come, else when patience is over", async (t) => {
  const of = { acts: [act], sources: [] };
  const passedOver = await run(fakeLab({ forgets: EventKind.CANCEL_SEEN }), { of });
  assert.equal(compare(act, passedOver.events[0] ?? [], true).verdict, "differs");

  t.mock.timers.enable({ apis: ["setTimeout"] });
  let ticking: NodeJS.Timeout | undefined;
  const never = await run(fakeLab({ forgets: EventKind.CODE_SENT }), {
    of,
    onEvent: ({ kind }) => {
      if (kind === "CALL_ENDED") ticking ??= setInterval(() => t.mock.timers.tick(1_000), 1);
    },
  });
  clearInterval(ticking);
  assert.deepEqual([never.end.kind, never.over], ["played", [0]]);
  assert.equal(compare(act, never.events[0] ?? [], true).verdict, "differs");
});

test("a stop in the middle ends the act's calls and its rehearsal", async () => {
  const lab = fakeLab();
  const controller = new AbortController();
  const { end, over } = await run(lab, {
    signal: controller.signal,
    onEvent: ({ kind }) => {
      if (kind === "CALL_IN") controller.abort();
    },
  });
  assert.deepEqual([end, over], [{ kind: "stopped" }, []]);
  assert.equal(lab.open.size, 0);
});

test("a server without a lab is told apart from one that refuses", async () => {
  assert.deepEqual((await run(fakeLab({ says: Code.Unimplemented }))).end, { kind: "no-lab" });
  assert.deepEqual((await run(fakeLab({ says: Code.ResourceExhausted }))).end, {
    kind: "broken",
    end: { code: 8, words: "no" },
  });
});

test("every connection that is held is given back", async () => {
  let held = 0;
  let most = 0;
  const connections: Connections = {
    async hold(signal) {
      if (signal.aborted) return false;
      most = Math.max(most, ++held);
      signal.addEventListener("abort", () => held--);
      return true;
    },
  };
  await run(fakeLab(), { connections });
  assert.deepEqual([held, most], [0, 2]);
});

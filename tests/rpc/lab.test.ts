import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { EventKind as Kind, type LabEvent, Labour, Manners } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { longestWorkMs } from "../../proto/lab-rules.ts";
import { patient } from "../../scripts/test-limits.ts";
import { readActivity, untilActivity, untilIdle } from "../support/activity.ts";
import { atMs, type LabClient, nativeLab, story, type Watched, watch, webLab } from "../support/lab.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

const server1 = "server 1";
const { CHECKS, IGNORES } = Manners;
const { SLEEPS, COMPUTES } = Labour;

for (const [protocol, labOf] of [
  ["gRPC-Web", webLab],
  ["native gRPC", nativeLab],
] as const) {
  describe(`a rehearsal over ${protocol}`, () => {
    let server: TestServer;
    let lab: LabClient;
    let watched: Watched;
    before(async () => {
      server = await startServer();
      lab = labOf(server);
    });
    after(async () => await stopCleanly(server));

    /** Runs with a rehearsal that is open, and sees that nothing of it is left. */
    async function rehearsing(run: () => Promise<void>): Promise<void> {
      const ended = server.logged({ msg: "rehearsal ended" }).length;
      watched = await watch(lab);
      try {
        await run();
      } finally {
        watched.leave();
      }
      assert.equal((await watched.ended)?.code, Code.Canceled);
      await server.untilLogged({ msg: "rehearsal ended" }, ended + 1);
      await untilIdle(server.url);
    }

    async function working(
      request: WorkAsked,
      options: { signal?: AbortSignal; timeout?: string } = {},
    ): Promise<{ readonly done?: bigint; readonly error?: ConnectError }> {
      const { signal, timeout } = options;
      const asked = { call: "a", manners: CHECKS, labour: SLEEPS, ...request };
      try {
        return await lab.work(
          { rehearsalId: watched.rehearsalId, ...asked },
          // By a header alone, so that the client does not hang up first.
          { ...(signal && { signal }), ...(timeout && { headers: { "grpc-timeout": timeout } }) },
        );
      } catch (error) {
        return { error: ConnectError.from(error) };
      }
    }

    test("tells what a call's handler does, as it happens", async () => {
      await rehearsing(async () => {
        const { done } = await working({ time: seconds(0.05) });
        await watched.until({ kind: Kind.CODE_SENT });
        assert.deepEqual(story(watched.events), [
          "server 1 CALL_IN",
          "server 1 WORK_BEGUN",
          "server 1 WORK_ENDED",
          "server 1 CODE_SENT",
        ]);
        assert.ok(Number(done) >= 49, `slept ${done} ms`);
        assert.equal(last(watched, Kind.WORK_ENDED).done, done);
        assert.equal(last(watched, Kind.CODE_SENT).code, 0);
        assertAscending(watched.events);
        assert.ok(watched.events.every(({ call }) => call === "a"));
        assert.equal(last(watched, Kind.CALL_IN).deadline, undefined);
      });
    });

    test("has the clock of its events", async () => {
      await rehearsing(async () => {
        const { now: before, serverInstance } = await lab.readClock({});
        await working({});
        const { now: after } = await lab.readClock({});
        const { at } = await watched.until({ kind: Kind.CALL_IN });
        assert.ok(serverInstance);
        assert.ok(at && before && after);
        const moments = [before, at, after].map(
          ({ seconds, nanos }) => seconds * 1_000_000_000n + BigInt(nanos),
        );
        assert.deepEqual(
          moments.toSorted((a, b) => Number(a - b)),
          moments,
        );
      });
    });

    for (const [about, labour] of [
      ["sleeps", SLEEPS],
      ["computes", COMPUTES],
    ] as const) {
      test(`stops a handler that checks while it ${about}, as soon as it is cancelled`, async () => {
        await rehearsing(async () => {
          const controller = new AbortController();
          const { hashesComputed: before } = await readActivity(server.url);
          const answer = working({ time: seconds(10), labour }, controller);
          await watched.until({ kind: Kind.WORK_BEGUN });
          if (labour === COMPUTES) {
            await untilActivity(server.url, ({ hashesComputed }) => hashesComputed > before);
          }
          controller.abort();
          controller.abort();
          assert.equal((await answer).error?.code, Code.Canceled);
          await watched.until({ kind: Kind.CODE_SENT });
          assert.deepEqual(story(watched.events), [
            "server 1 CALL_IN",
            "server 1 WORK_BEGUN",
            "server 1 CANCEL_SEEN",
            "server 1 WORK_ENDED",
            "server 1 CODE_SENT",
          ]);
          const afterMs = atMs(last(watched, Kind.WORK_ENDED)) - atMs(last(watched, Kind.CANCEL_SEEN));
          assert.ok(afterMs < patient(500), `it ended ${afterMs} ms after its cancel`);
          assert.equal(last(watched, Kind.CANCEL_SEEN).code, Code.Canceled);
          assert.equal(last(watched, Kind.CODE_SENT).code, Code.Canceled);
          assert.ok(last(watched, Kind.WORK_ENDED).done > 0n);
        });
      });

      test(`lets a handler go on that ignores its cancel while it ${about}, until its time is over`, async () => {
        await rehearsing(async () => {
          const controller = new AbortController();
          // Enough to be told twice of, also where a busy machine aborts late.
          const workMs = Math.min(patient(2000), longestWorkMs);
          const answer = working({ time: seconds(workMs / 1000), labour, manners: IGNORES }, controller);
          await watched.until({ kind: Kind.WORK_BEGUN });
          controller.abort();
          assert.equal((await answer).error?.code, Code.Canceled);
          const { code } = await watched.until({ kind: Kind.CODE_SENT });
          assert.equal(code, 0);
          const tookMs = atMs(last(watched, Kind.WORK_ENDED)) - atMs(last(watched, Kind.WORK_BEGUN));
          assert.ok(tookMs >= workMs - 1, `it worked ${tookMs} ms`);
          const done = watched.all({ kind: Kind.WORK_GOES_ON }).map((event) => event.done);
          assert.ok(done.length >= 2, "it goes on to be seen");
          // A busy machine may give it nothing between two of them.
          assert.ok(done.every((some, i) => some >= (done[i - 1] ?? 0n)));
          assert.ok(last(watched, Kind.WORK_ENDED).done > (done[0] ?? 0n));
          const order = story(watched.events).filter((event) => !event.endsWith("WORK_GOES_ON"));
          assert.deepEqual(order, [
            "server 1 CALL_IN",
            "server 1 WORK_BEGUN",
            "server 1 CANCEL_SEEN",
            "server 1 WORK_ENDED",
            "server 1 CODE_SENT",
          ]);
        });
      });
    }

    test("tells nothing of a call that is cancelled before it leaves, or after its end", async () => {
      await rehearsing(async () => {
        const { error } = await working({ call: "before" }, { signal: AbortSignal.abort() });
        assert.equal(error?.code, Code.Canceled);
        const controller = new AbortController();
        await working({ call: "after" }, controller);
        controller.abort();
        await working({ call: "next" });
        await watched.until({ kind: Kind.CODE_SENT, call: "next" });
        assert.deepEqual(watched.all({ call: "before" }), []);
        assert.deepEqual(watched.all({ kind: Kind.CANCEL_SEEN }), []);
      });
    });

    test("ends work at its deadline, which is told when the call comes in", async () => {
      await rehearsing(async () => {
        const { error } = await working({ time: seconds(10) }, { timeout: "300m" });
        assert.equal(error?.code, Code.DeadlineExceeded);
        await watched.until({ kind: Kind.CODE_SENT });
        const left = leftMs(last(watched, Kind.CALL_IN));
        assert.ok(left > 0 && left <= 300, `${left} ms were left`);
        assert.equal(last(watched, Kind.CANCEL_SEEN).code, Code.DeadlineExceeded);
        assert.equal(last(watched, Kind.CODE_SENT).code, Code.DeadlineExceeded);
      });
    });

    test("shows a deadline that shrinks over three servers, and ends the work of the last", async () => {
      await rehearsing(async () => {
        await working({ time: seconds(10), serversBehind: 2, propagates: true }, { timeout: "1500m" });
        await watched.until({ kind: Kind.CODE_SENT }, 3);
        const left = places.map((place) => leftMs(last(watched, Kind.CALL_IN, place)));
        assert.deepEqual(
          left.toSorted((a, b) => b - a),
          left,
        );
        assert.ok(
          left.every((ms) => ms > 0 && ms <= 1500),
          left.join(),
        );
        assert.equal(watched.all({ kind: Kind.SERVER_LISTENS }).length, 2);
        const { done } = last(watched, Kind.WORK_ENDED, "server 3");
        assert.ok(done > 0n && done < 2000n, `${done} ms`);
      });
    });

    test("has a cancel reach the last of three servers where it propagates", async () => {
      await rehearsing(async () => {
        const controller = new AbortController();
        const behind = { serversBehind: 2, propagates: true };
        const answer = working({ time: seconds(10), labour: COMPUTES, ...behind }, controller);
        await watched.until({ kind: Kind.WORK_BEGUN });
        controller.abort();
        assert.equal((await answer).error?.code, Code.Canceled);
        await watched.until({ kind: Kind.CODE_SENT, place: "server 3" });
        for (const place of places) {
          await watched.until({ kind: Kind.CODE_SENT, place });
          assert.equal(last(watched, Kind.CANCEL_SEEN, place).code, Code.Canceled);
        }
        assert.deepEqual(
          watched.all({ place: "server 2" }).map(({ kind }) => kind),
          [
            Kind.SERVER_LISTENS,
            Kind.CALL_IN,
            Kind.CALL_MADE,
            Kind.CANCEL_SEEN,
            Kind.CALL_ABORTED,
            Kind.CODE_SENT,
            Kind.CALL_ENDED,
          ],
        );
        const afterMs =
          atMs(last(watched, Kind.WORK_ENDED, "server 3")) - atMs(last(watched, Kind.CANCEL_SEEN, server1));
        assert.ok(afterMs < 1000, `${afterMs} ms from the first server to the end of the work`);
      });
    });

    test("has the work go on behind a server that does not propagate", async () => {
      await rehearsing(async () => {
        const controller = new AbortController();
        const answer = working({ time: seconds(1), serversBehind: 2, propagates: false }, controller);
        await watched.until({ kind: Kind.WORK_BEGUN, place: "server 3" });
        controller.abort();
        assert.equal((await answer).error?.code, Code.Canceled);
        assert.equal((await watched.until({ kind: Kind.CODE_SENT, place: server1 })).code, Code.Canceled);
        // The call that it made ends well, long after its own.
        assert.equal((await watched.until({ kind: Kind.CALL_ENDED, place: server1 })).code, 0);
        assert.deepEqual(
          watched.all({ kind: Kind.CANCEL_SEEN }).map(({ place }) => place),
          [server1],
        );
        assert.ok(last(watched, Kind.WORK_ENDED, "server 3").done >= 999n);
        assert.equal(last(watched, Kind.CALL_IN, "server 2").deadline, undefined);
      });
    });

    test("counts as fast as messages are taken, each of its size", async () => {
      await rehearsing(async () => {
        const numbers: number[] = [];
        for await (const { number, padding } of counting({ messages: 300, messageBytes: 100 })) {
          numbers.push(Number(number));
          assert.equal(padding.length, 100);
        }
        assert.deepEqual(
          numbers,
          Array.from({ length: 300 }, (_, i) => i + 1),
        );
        await watched.until({ kind: Kind.CODE_SENT });
        assert.deepEqual(story(watched.events), [
          "server 1 CALL_IN",
          "server 1 WORK_BEGUN",
          "server 1 WORK_ENDED",
          "server 1 CODE_SENT",
        ]);
        assert.equal(last(watched, Kind.WORK_ENDED).done, 300n);
      });
    });

    test("counts at its interval, and stops between two messages", async () => {
      await rehearsing(async () => {
        const controller = new AbortController();
        const read: number[] = [];
        await assert.rejects(async () => {
          for await (const { number } of counting({ messages: 100, interval: seconds(0.2) }, controller)) {
            read.push(Number(number));
            if (number === 2n) controller.abort();
          }
        });
        assert.deepEqual(read, [1, 2]);
        await watched.until({ kind: Kind.CODE_SENT, code: Code.Canceled });
        assert.equal(last(watched, Kind.WORK_ENDED).done, 2n);
      });
    });

    test("waits for a reader that pauses, and goes on with it", async () => {
      await rehearsing(async () => {
        const messages = 400;
        let read = 0;
        for await (const { number } of counting({ messages, messageBytes: 65_536 })) {
          assert.equal(Number(number), ++read);
          if (read > 1) continue;
          const { done } = await watched.until({ kind: Kind.WAITS_FOR_READER });
          // What lies between the two is the buffers of their sockets.
          assert.ok(done < 300n, `${done} messages were sent to a reader that took one`);
        }
        assert.equal(read, messages);
        await watched.until({ kind: Kind.CODE_SENT, code: 0 });
        const waits = watched.all({ kind: Kind.WAITS_FOR_READER });
        assert.equal(watched.all({ kind: Kind.GOES_ON }).length, waits.length);
      });
    });

    test("lets go of a count whose reader leaves while it pauses", async () => {
      await rehearsing(async () => {
        const controller = new AbortController();
        await assert.rejects(async () => {
          for await (const _ of counting({ messages: 100_000, messageBytes: 65_536 }, controller)) {
            await watched.until({ kind: Kind.WAITS_FOR_READER });
            controller.abort();
          }
        });
        await watched.until({ kind: Kind.CODE_SENT, code: Code.Canceled });
        assert.deepEqual(story(watched.events).slice(-3), [
          "server 1 CANCEL_SEEN",
          "server 1 WORK_ENDED",
          "server 1 CODE_SENT",
        ]);
      });
    });

    test("lets a count go on that ignores its cancel, though nobody takes it", async () => {
      await rehearsing(async () => {
        const controller = new AbortController();
        const request = { messages: 10, interval: seconds(0.1), manners: IGNORES };
        await assert.rejects(async () => {
          for await (const { number } of counting(request, controller)) if (number === 2n) controller.abort();
        });
        assert.equal((await watched.until({ kind: Kind.CODE_SENT })).code, 0);
        assert.equal(last(watched, Kind.WORK_ENDED).done, 10n);
        assert.ok(watched.all({ kind: Kind.WORK_GOES_ON }).length >= 2);
      });
    });

    test("whose time is over tells its watcher so, and not what follows from it", async () => {
      // By a header alone, so that the client does not hang up first.
      const options = { headers: { "grpc-timeout": "300m" } };
      const watching = Array.fromAsync(lab.watchRehearsal({ rehearsalId: randomUUID() }, options));
      await assert.rejects(watching, (error) => ConnectError.from(error).code === Code.DeadlineExceeded);
    });

    test("that its watcher leaves ends every call, also of handlers that never look", async () => {
      const ended = server.logged({ msg: "rehearsal ended" }).length;
      watched = await watch(lab);
      const answers = [
        working({ call: "sleeps", time: seconds(10), manners: IGNORES }),
        working({ call: "computes", time: seconds(10), manners: IGNORES, labour: COMPUTES }),
        working({ call: "behind", time: seconds(10), manners: IGNORES, serversBehind: 2 }),
        Array.fromAsync(counting({ messages: 1000, interval: seconds(1), manners: IGNORES })).then(
          () => ({ error: undefined }),
          (error) => ({ error: ConnectError.from(error) }),
        ),
      ];
      await watched.until({ kind: Kind.WORK_BEGUN }, 4);
      watched.leave();
      const errors = (await Promise.all(answers)).map(({ error }) => error);
      assert.deepEqual(
        errors.map((error) => error?.code),
        errors.map(() => Code.Aborted),
      );
      assert.match(errors[0]?.rawMessage ?? "", /^The rehearsal is over: .* Open another one\.$/);
      await server.untilLogged({ msg: "rehearsal ended" }, ended + 1);
      const [report] = server.logged({ msg: "rehearsal ended" }).slice(-1);
      assert.ok(Number(report?.releasedAfterMs) < 1000, `released after ${report?.releasedAfterMs} ms`);
      await untilIdle(server.url);
    });

    function counting(
      request: CountAsked,
      options: { signal?: AbortSignal } = {},
    ): ReturnType<LabClient["count"]> {
      const { signal } = options;
      const asked = { rehearsalId: watched.rehearsalId, call: "count", manners: CHECKS, ...request };
      return lab.count(asked, signal ? { signal } : {});
    }
  });
}

interface Seconds {
  readonly seconds: bigint;
  readonly nanos: number;
}

interface WorkAsked {
  readonly call?: string;
  readonly time?: Seconds;
  readonly manners?: Manners;
  readonly labour?: Labour;
  readonly serversBehind?: number;
  readonly propagates?: boolean;
}

interface CountAsked {
  readonly interval?: Seconds;
  readonly messageBytes?: number;
  readonly messages?: number;
  readonly manners?: Manners;
}

const places = ["server 1", "server 2", "server 3"] as const;

function last({ all }: Watched, kind: Kind, place: string = server1): LabEvent {
  const event = all({ kind, place }).at(-1);
  if (!event) throw new Error(`not told: ${kind} of ${place}`);
  return event;
}

function leftMs({ deadline }: LabEvent): number {
  return deadline ? Number(deadline.seconds) * 1000 + deadline.nanos / 1e6 : Number.NaN;
}

function assertAscending(events: readonly LabEvent[]): void {
  const moments = events.map(atMs);
  assert.deepEqual(
    moments.toSorted((a, b) => a - b),
    moments,
  );
}

function seconds(count: number): Seconds {
  return { seconds: BigInt(Math.floor(count)), nanos: Math.round((count % 1) * 1e9) };
}

test("work that computes is done by another process where the server has one, and stops there", async () => {
  const worker = await startServer({ args: ["--scan-port", "0", "--workers", "1"] });
  const server = await startServer({ args: ["--workers", "0", "--upstream", worker.scanUrl] });
  const lab = nativeLab(server);
  const watched = await watch(lab);
  const { rehearsalId } = watched;
  const controller = new AbortController();
  const time = seconds(10);
  const request = { rehearsalId, call: "a", time, manners: CHECKS, labour: COMPUTES };
  const answer = lab.work(request, controller).then(() => undefined, ConnectError.from);
  await untilActivity(worker.url, ({ hashesComputed }) => hashesComputed > 0n);
  controller.abort();
  assert.equal((await answer)?.code, Code.Canceled);
  assert.ok((await watched.until({ kind: Kind.WORK_ENDED })).done > 0n);
  await untilIdle(worker.url);
  watched.leave();
  await watched.ended;
  await stopCleanly(server);
  await stopCleanly(worker);
});

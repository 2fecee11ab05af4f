import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locks } from "../../web/src/api/locks.ts";
import { elapsedOf } from "../../web/src/session/figures.ts";
import { isActive } from "../../web/src/session/search-state.ts";
import { ownConnections, sharedConnections } from "../../web/src/store/few-connections.ts";
import { en } from "../../web/src/words/en.ts";
import { stateWords } from "../../web/src/words/state-words.ts";
import { after, from, plain, progress, run, stop } from "./session-fixtures.ts";

const queued = { type: "queued", runId: "one" } as const;
const sent = { type: "sent", runId: "one", at: 9_000, serverInstance: "B" } as const;
const around = { now: 10_000, serverTimeLimitMs: undefined };

test("a search without a connection waits, and its time begins when it is sent", () => {
  const waiting = after(queued);
  assert.equal(waiting.kind, "queued");
  assert.ok(isActive(waiting));
  assert.equal(waiting.endedAt, undefined);
  assert.match(stateWords(waiting, en, around), /^Waiting for a free connection\./);
  const running = from(waiting, sent);
  assert.equal(running.kind, "running");
  assert.equal(running.run.startedAt, 9_000);
  assert.equal(running.run.serverInstance, "B");
  assert.equal(running.endedAt, undefined);
});

test("a stop while it waits cancels it, and nothing sends it afterwards", () => {
  const state = after(queued, stop);
  assert.equal(state.kind, "withdrawn");
  assert.ok(!isActive(state));
  assert.equal(from(state, sent), state);
  assert.equal(from(state, { type: "continue", run: run("two") }).kind, "running");
});

test("a stop before it is known that none is free asks the server all the same", () => {
  assert.equal(after(stop, queued, sent).kind, "stopping");
});

test("a minute's wait for a place on the server is no time spent searching", () => {
  const waiting = after({ ...progress, at: 61_000, ahead: 2 });
  assert.equal(elapsedOf(waiting, 61_400), 0);
  const stopped = from(waiting, { ...stop, stop: { ...stop.stop, at: 61_400 } });
  assert.ok(elapsedOf(stopped, 99_000) <= 400);
  const running = from(waiting, { ...progress, at: 61_100 });
  assert.equal(elapsedOf(running, 63_000), 2_000);
  assert.equal(elapsedOf(from(running, { ...progress, at: 62_000 }), 63_000), 2_000);
});

test("a server out of reach is said while the call has not ended, and taken back", () => {
  const contact = (unreached: { retryAt: number } | undefined) =>
    ({ type: "contact", runId: "one", unreached }) as const;
  const state = after(progress, contact({ retryAt: 14_000 }));
  assert.match(plain(stateWords(state, en, around)), /^Connection lost\. .* Trying again in 4 s\.$/);
  assert.match(stateWords(from(state, contact(undefined)), en, around), /^Searching…/);
  assert.equal(from(state, stop).kind, "stopping");
});

// Node has the browser's locks.
const { locks } = navigator as unknown as { readonly locks: Locks };

for (const [which, make] of [
  ["a tab's own", () => ownConnections(2)],
  ["shared", () => sharedConnections(locks, 2)],
] as const) {
  test(`${which} connections are given in order, and given back`, async () => {
    const connections = make();
    const holders = Array.from({ length: 5 }, () => new AbortController());
    const events: string[] = [];
    const holds = [];
    for (const [i, { signal }] of holders.entries()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const hold = connections.hold(signal, () => {
        events.push(`${i} waits`);
        resolve();
      });
      holds.push(hold.then((has) => events.push(`${i} ${has ? "has one" : "left"}`)));
      await Promise.race([promise, hold]);
    }
    assert.deepEqual(events.splice(0), ["0 has one", "1 has one", "2 waits", "3 waits", "4 waits"]);
    holders[3]?.abort();
    await holds[3];
    holders[0]?.abort();
    await holds[2];
    assert.deepEqual(events.splice(0), ["3 left", "2 has one"]);
    holders[1]?.abort();
    await holds[4];
    assert.deepEqual(events, ["4 has one"]);
    for (const holder of holders) holder.abort();
  });
}

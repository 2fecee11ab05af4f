import type { Locks } from "../api/locks.ts";
import type { Connections } from "../session/connections.ts";

/** Gives out `count` connections that all tabs of the browser share. A tab that dies gives its own back. */
export function sharedConnections(locks: Locks, count: number): Connections {
  const names = Array.from({ length: count }, (_, i) => `hash-finder connection ${i + 1}`);

  return {
    async hold(signal, onWait) {
      if (signal.aborted) return false;
      let isTold = false;
      const tell = (): void => {
        if (!isTold && !signal.aborted) onWait();
        isTold = true;
      };
      // This only asks whether others are in line; it does not go past them.
      void locks.request(lineName, { ifAvailable: true }, (line) => {
        if (line === null) tell();
      });
      // The call that has this lock is the head of the line. It is asked for in the same tick, so
      // that connections are given in the order of asking. An abort leaves the line.
      return await locks.request(lineName, { signal }, () => takeAsHead(signal, tell)).catch(() => false);
    },
  };

  async function takeAsHead(signal: AbortSignal, onWait: () => void): Promise<boolean> {
    for (const name of names) if (await takeIfFree(name, signal)) return true;
    onWait();
    return await firstToBeFree(signal);
  }

  function takeIfFree(name: string, signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    void locks.request(name, { ifAvailable: true }, (lock) => {
      const isMine = lock !== null && !signal.aborted;
      resolve(isMine);
      return isMine ? aborted(signal) : undefined;
    });
    return promise;
  }

  function firstToBeFree(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const race = new AbortController();
    const either = AbortSignal.any([signal, race.signal]);
    for (const name of names) {
      const held = locks.request(name, { signal: either }, () => {
        // Two connections may come free before the others' requests are withdrawn.
        if (either.aborted) return;
        race.abort();
        resolve(true);
        return aborted(signal);
      });
      held.catch(() => {}); // withdrawn
    }
    void aborted(signal).then(() => resolve(false));
    return promise;
  }
}

/** Gives out `count` connections in this tab alone, for pages without locks: those over plain HTTP from another machine. */
export function ownConnections(count: number): Connections {
  let free = count;
  const line: (() => void)[] = [];

  function giveBack(): void {
    const next = line.shift();
    if (next) next();
    else free++;
  }

  return {
    async hold(signal, onWait) {
      if (signal.aborted) return false;
      if (free > 0) free--;
      else {
        onWait();
        const { promise, resolve } = Promise.withResolvers<void>();
        line.push(resolve);
        await Promise.race([promise, aborted(signal)]);
        const at = line.indexOf(resolve);
        if (at >= 0) {
          line.splice(at, 1);
          return false;
        }
      }
      void aborted(signal).then(giveBack);
      return !signal.aborted;
    },
  };
}

const lineName = "hash-finder line";

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

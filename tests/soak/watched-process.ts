// Loaded by Node before a server, into the same process: it measures the turns of its
// event loop, tells at a signal what is on its heap, and kills a worker thread at another.
import { subscribe } from "node:diagnostics_channel";
import { getEventListeners } from "node:events";
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread, type Worker } from "node:worker_threads";
import { askSnapshot, killThread, type Snapshot, type Turns } from "./snapshot.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

// How finely turns are told apart.
const everyMs = 5;

function watch(): void {
  const turns = new LongestTurns();
  process.on(askSnapshot, () => {
    tell(turns.told());
    tell(snapshot());
    // What was done here is no turn of the server's.
    turns.begin();
  });
  process.on("exit", () => tell(turns.told()));
  const threads = new Set<Worker>();
  subscribe("worker_threads", (message) => {
    const { worker } = message as { worker: Worker };
    threads.add(worker);
    worker.once("exit", () => threads.delete(worker));
  });
  process.on(killThread, () => {
    const [thread] = threads;
    void thread?.terminate();
  });
}

class LongestTurns {
  #atMs = 0;
  #cpuMs = 0;
  #longestMs = 0;
  #longestCpuMs = 0;

  constructor() {
    this.begin();
    setInterval(() => this.#look(), everyMs).unref();
  }

  begin(): void {
    this.#atMs = performance.now();
    this.#cpuMs = cpuMs();
    this.#longestMs = 0;
    this.#longestCpuMs = 0;
  }

  told(): Turns {
    this.#look();
    return {
      soak: "turns",
      longestMs: Math.round(this.#longestMs),
      longestCpuMs: Math.round(this.#longestCpuMs),
    };
  }

  #look(): void {
    const [now, cpu] = [performance.now(), cpuMs()];
    this.#longestMs = Math.max(this.#longestMs, now - this.#atMs);
    this.#longestCpuMs = Math.max(this.#longestCpuMs, cpu - this.#cpuMs);
    [this.#atMs, this.#cpuMs] = [now, cpu];
  }
}

if (isMainThread) watch();

/** Of this thread alone. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function snapshot(): Snapshot {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters: object = {}): Record<string, unknown> => {
    let answer: Record<string, unknown> = {};
    session.post(method, parameters, (error, result) => {
      if (error) throw error;
      answer = result as Record<string, unknown>;
    });
    return answer;
  };
  /** What a function says of all objects of a class. */
  const ofAll = (name: "Socket" | "AbortSignal", declaration: string): number => {
    Object.assign(globalThis, { soak: { Socket, AbortSignal, getEventListeners } });
    const { result } = post("Runtime.evaluate", { expression: `soak.${name}.prototype` });
    const { objects } = post("Runtime.queryObjects", {
      prototypeObjectId: (result as { objectId: string }).objectId,
      objectGroup: "soak",
    });
    const { objectId } = objects as { objectId: string };
    const said = post("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: declaration,
      returnByValue: true,
    });
    post("Runtime.releaseObjectGroup", { objectGroup: "soak" });
    return (said.result as { value: number }).value;
  };
  collectGarbage();
  collectGarbage();
  const { rss, heapUsed } = process.memoryUsage();
  const told: Snapshot = {
    soak: "snapshot",
    megabytes: Math.round(rss / 1e5) / 10,
    heapMegabytes: Math.round(heapUsed / 1e5) / 10,
    sockets: ofAll("Socket", "function () { return this.filter((socket) => !socket.destroyed).length; }"),
    signals: ofAll("AbortSignal", "function () { return this.length; }"),
    listeners: ofAll(
      "AbortSignal",
      "function () { return this.reduce((sum, signal) => sum + soak.getEventListeners(signal, 'abort').length, 0); }",
    ),
    resources: Object.fromEntries(
      Object.entries(Object.groupBy(process.getActiveResourcesInfo(), (kind) => kind)).map(
        ([kind, all = []]) => [kind, all.length],
      ),
    ),
  };
  session.disconnect();
  return told;
}

function tell(facts: Snapshot | Turns): void {
  writeSync(2, `${JSON.stringify(facts)}\n`);
}

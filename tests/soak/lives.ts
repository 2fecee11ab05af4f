import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startServer, type TestServer } from "../support/server.ts";
import { askSnapshot, killThread, type Snapshot, type Turns } from "./snapshot.ts";

const watcher = fileURLToPath(new URL("watched-process.ts", import.meta.url));

/** A server that is started again and again, on the same ports. */
export class Lives {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #lives: TestServer[] = [];
  readonly #restarts: (number | NodeJS.Signals)[] = [];
  #change: Promise<void> = Promise.resolve();

  private constructor(name: string, args: readonly string[]) {
    this.name = name;
    this.#args = args;
  }

  static async begin(name: string, args: readonly string[]): Promise<Lives> {
    const lives = new Lives(name, args);
    await lives.#start();
    return lives;
  }

  /** The one that runs, or is being started. */
  get now(): TestServer {
    const last = this.#lives.at(-1);
    if (!last) throw new Error(`${this.name} was not started.`);
    return last;
  }

  /** All of them. */
  get all(): readonly TestServer[] {
    return this.#lives;
  }

  /** How each life ended that was told to. */
  get restarts(): readonly (number | NodeJS.Signals)[] {
    return this.#restarts;
  }

  /** Ends it as told, and starts it again. */
  async again(how: "SIGTERM" | "SIGKILL"): Promise<void> {
    const before = this.#change;
    this.#change = (async () => {
      await before;
      this.now.signal(how);
      const ending = await this.now.ended();
      if (how === "SIGTERM") this.#restarts.push(ending);
      await this.#start();
    })();
    await this.#change;
  }

  /** Kills one of its worker threads, without a word to it. */
  killThread(): void {
    this.now.signal(killThread);
  }

  /** What it tells of itself, its garbage collected. */
  async snapshot(): Promise<Snapshot> {
    const before = snapshotsIn(this.now).length;
    this.now.signal(askSnapshot);
    const limit = AbortSignal.timeout(20_000);
    for (;;) {
      const snapshot = snapshotsIn(this.now)[before];
      if (snapshot) return snapshot;
      await pause(20, undefined, { signal: limit });
    }
  }

  /** Open files, sockets and pipes of the process, as the system counts them. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.now.pid}/fd`).length;
  }

  /** Turns of all lives but their starts. */
  get turns(): readonly Turns[] {
    return this.#lives.flatMap((life) =>
      toldBy(life)
        .filter((told) => told.soak === "turns")
        .slice(1),
    );
  }

  /** Ends it for good; how it did. */
  async end(): Promise<number | string> {
    await this.#change;
    this.now.signal("SIGTERM");
    const limit = setTimeout(() => this.now.signal("SIGKILL"), 15_000);
    const how = await this.now.ended();
    clearTimeout(limit);
    return how;
  }

  async #start(): Promise<void> {
    const nodeArgs = ["--import", watcher];
    this.#lives.push(await startServer({ args: ["--log-level", "info", ...this.#args], nodeArgs }));
    // Its first turns, in which it loads its code, are not measured.
    await this.snapshot();
  }
}

function snapshotsIn(life: TestServer): readonly Snapshot[] {
  return toldBy(life).filter((told) => told.soak === "snapshot");
}

function toldBy({ words }: TestServer): readonly (Snapshot | Turns)[] {
  return words.filter((line) => line.startsWith('{"soak"')).map((line) => JSON.parse(line));
}

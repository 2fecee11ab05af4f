import type { Engine } from "../../server/engine/engine.ts";
import { type ScanServer, startScanServer } from "./scan-server.ts";
import { until } from "./until.ts";

/** When a machine dies: after so many writes of all of them together. It comes back at once. */
export interface Death {
  readonly machine: number;
  readonly afterWrites: number;
}

/** Scan servers of one engine each, in this process, that can die and come back. */
export class ScanMachines {
  readonly servers: readonly ScanServer[];
  readonly #engines: readonly Engine[];
  readonly #restarts = new Map<number, Promise<void>>();
  #deaths: readonly Death[] = [];
  #writes = 0;

  private constructor(engines: readonly Engine[], servers: readonly ScanServer[]) {
    this.#engines = engines;
    this.servers = servers;
  }

  static async start(engines: readonly Engine[]): Promise<ScanMachines> {
    let onWrite: () => void = () => {};
    const servers = await Promise.all(engines.map((engine) => startScanServer(engine, () => onWrite())));
    const machines = new ScanMachines(engines, servers);
    onWrite = () => machines.#countWrite();
    return machines;
  }

  get urls(): readonly string[] {
    return this.servers.map(({ url }) => url);
  }

  /** How many scans were cut short. */
  get broken(): number {
    return this.servers.reduce((sum, { broken }) => sum + broken, 0);
  }

  /** Waits until nothing is computed any more. */
  async untilIdle(): Promise<void> {
    await until(() => this.#engines.every(({ busy }) => busy === 0));
  }

  /** Does something while machines die as planned; all are there again when it resolves. */
  async dying(deaths: readonly Death[], action: () => Promise<void>): Promise<void> {
    this.#deaths = deaths;
    this.#writes = 0;
    await action();
    this.#deaths = [];
    await Promise.all(this.#restarts.values());
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()));
    await Promise.all(this.#engines.map((engine) => engine.close()));
  }

  #countWrite(): void {
    const now = this.#writes++;
    for (const { machine, afterWrites } of this.#deaths) {
      if (afterWrites !== now || this.#restarts.has(machine)) continue;
      // Not in the middle of the write: what was written before may arrive or not.
      const restart = new Promise(setImmediate).then(() => this.servers[machine]?.restart());
      this.#restarts.set(
        machine,
        restart.finally(() => this.#restarts.delete(machine)),
      );
    }
  }
}

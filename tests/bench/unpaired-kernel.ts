import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { kernelName } from "./kernel.ts";
import type { Measurement } from "./unpaired-process.ts";

/** The kernel in use in a process of its own, where V8 does not pair vectors for AVX2. */
export class UnpairedKernel {
  readonly #child = fork(fileURLToPath(new URL("./unpaired-process.ts", import.meta.url)), [kernelName]);

  /** Millions of candidates a second on one thread. */
  async measure(measurement: Measurement): Promise<number> {
    this.#child.send(measurement);
    const [rate] = await once(this.#child, "message");
    return rate as number;
  }

  close(): void {
    this.#child.disconnect();
  }
}

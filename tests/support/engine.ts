import { Engine } from "../../server/engine/engine.ts";
import { ThreadPool } from "../../server/engine/thread-pool.ts";
import type { KernelName } from "../../server/kernel/kernels.ts";

/** An engine of two workers. A crash of a worker fails the test. */
export function testEngine(kernel: KernelName): Engine {
  return new Engine(
    new ThreadPool({
      size: 2,
      kernel,
      onCrash: (error) => {
        throw error;
      },
    }),
  );
}

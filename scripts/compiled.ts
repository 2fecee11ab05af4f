import { fileURLToPath } from "node:url";

/**
 * Lets every Node process that is started from here keep what it made of its
 * modules. Tests start hundreds of processes and threads, and taking the types
 * out of the same 100 files was half of what a server took to start: 0.6 instead
 * of 0.9 s of a core.
 */
export function keepCompiled(): void {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url));
}

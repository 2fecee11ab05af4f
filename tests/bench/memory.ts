import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes that this process's JavaScript holds on to, buffers included. */
export function heldBytes(): number {
  collectGarbage();
  return usedBytes();
}

/** The same with what awaits collection. */
export function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

import { setFlagsFromString } from "node:v8";
import { configFrom } from "../../server/config.ts";
import { chooseKernel } from "../../server/kernel/choose.ts";
import { type KernelName, kernelNamed, revectorizeFlag } from "../../server/kernel/kernels.ts";

/**
 * The kernel that the bench measures: the one that a server takes here, or the
 * one that HASH_FINDER_KERNEL names, which the servers of the bench read too.
 */
export const kernelName: KernelName = choose();

function choose(): KernelName {
  // As the server does, before any kernel is made.
  setFlagsFromString(revectorizeFlag);
  const named = configured();
  if (named !== "auto") return named;
  const { name, rejected } = chooseKernel();
  for (const { name, reason } of rejected) console.error(`The kernel ${name} is not used: ${reason}`);
  return name;
}

function configured(): KernelName | "auto" {
  try {
    const config = configFrom([], process.env);
    return config === "help" ? "auto" : config.kernel;
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** That kernel, for this thread. */
export const kernel = kernelNamed(kernelName);

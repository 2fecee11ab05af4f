import { cpus } from "node:os";

const windowMs = 500;

/** Per cent of all cores that others take, while this process does nothing for half a second. */
export async function otherLoad(): Promise<number> {
  const before = times();
  await new Promise((resolve) => setTimeout(resolve, windowMs));
  const after = times();
  return 100 * (1 - (after.idle - before.idle) / (after.all - before.all));
}

/** Milliseconds of all cores together. */
function times(): { readonly idle: number; readonly all: number } {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, all };
}

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

// Ends with the bench, however that ends.
const spin = `
  const parent = process.ppid;
  while (process.ppid === parent) for (let i = 0; i < 1e7; i++);
`;

/** Does something while other processes of the usual priority saturate every core. */
export async function withBusyCores<T>(run: () => Promise<T>): Promise<T> {
  const processes = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ["-e", spin], { stdio: "ignore" }),
  );
  try {
    return await run();
  } finally {
    for (const child of processes) child.kill("SIGKILL");
  }
}

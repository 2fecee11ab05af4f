// Debian's packages for the tests, where root runs them on a Debian (a bare CI
// machine): one call of apt-get for all, and no service of theirs is started.
// Whether it helped is seen by looking for the program, so neither the output
// nor the exit codes count.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";

interface System {
  readonly isRoot: boolean;
  /** What Debian's packages ask whether they may start their services (invoke-rc.d(8)). */
  readonly policyFile: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** In which all programs are found: Debian has nginx, haproxy and others where only root looks. */
export const systemEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${process.env.PATH}:/usr/sbin`,
};

const thisSystem: System = {
  isRoot: process.getuid?.() === 0,
  policyFile: "/usr/sbin/policy-rc.d",
  environment: process.env,
};

// Another apt-get may be at work; on a closed network a connection may hang.
const patience = ["DPkg::Lock::Timeout=300", "Acquire::http::Timeout=10", "Acquire::Retries=2"].flatMap(
  (option) => ["-o", option],
);
// 101: action forbidden by policy.
const noServices = "#!/bin/sh\nexit 101\n";

/** Installs the packages that Debian has. Does nothing where it cannot. */
export async function installPackages(names: readonly string[], system: System = thisSystem): Promise<void> {
  if (names.length === 0 || !system.isRoot || !(await run(system, "apt-get", ["--version"], 1))) return;
  console.log(`Installing Debian's packages ${names.join(", ")} for the tests…`);
  await run(system, "apt-get", ["update", ...patience], 3);
  // One that this Debian does not have would keep the others from being installed.
  const known: string[] = [];
  for (const name of names) if (await run(system, "apt-cache", ["show", name], 1)) known.push(name);
  if (known.length === 0) return;
  // A machine may have a policy of its own.
  const isOurs = !existsSync(system.policyFile);
  if (isOurs) writeFileSync(system.policyFile, noServices, { mode: 0o755 });
  try {
    await run(system, "apt-get", ["install", "-y", "--no-install-recommends", ...patience, ...known], 8);
  } finally {
    if (isOurs) rmSync(system.policyFile, { force: true });
  }
  // Nor are they started with the machine. It tells of those that are no services.
  await run(system, "systemctl", ["disable", ...known], 1);
}

/** Whether it came to a good end. A signal ends it, and lets this process tidy up. */
async function run(
  { environment }: System,
  command: string,
  args: readonly string[],
  minutes: number,
): Promise<boolean> {
  const child = spawn(command, args, {
    stdio: "ignore",
    timeout: minutes * 60_000,
    env: { ...environment, DEBIAN_FRONTEND: "noninteractive" },
  });
  const end = (): void => void child.kill();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, end);
  try {
    const [code] = await once(child, "exit");
    return code === 0;
  } catch {
    // It is not there.
    return false;
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}

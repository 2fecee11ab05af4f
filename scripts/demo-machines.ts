// Several servers on this machine as if they were several machines: three workers,
// HAProxy before them if it is there, and a coordinator that serves the page. One
// worker after the other may be killed and started again while searches run.
import { balancerMissing, startBalancer } from "./balancer.ts";
import { startControls } from "./demo-controls.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";

const workers = 3;

let isStarted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end());

const missing = balancerMissing();
const machines: DemoServer[] = [];
const port = flag("--port") ?? "8080";
const controlPort = Number(flag("--control-port") ?? 8090);

for (let number = 1; number <= workers; number++) machines.push(await startWorker("0"));
const scanUrls = machines.map(({ scanUrl }) => scanUrl);
const balancer = missing ? undefined : await startBalancer(scanUrls);
// A balancer answers for one of the servers behind it: their seats are said.
const upstreams = balancer
  ? ["--upstream", balancer.url, "--upstream-seats", String(workers)]
  : ["--upstream", scanUrls.join(",")];
const coordinator = await startDemoServer([
  ...["--port", port, "--grpc-port", flag("--grpc-port") ?? "0"],
  ...["--workers", "0", ...upstreams],
]);
const controls = await startControls({
  port: controlPort,
  page: coordinator.url,
  isRunning: () => machines.map(({ isRunning }) => isRunning()),
  toggle,
});

console.log(`Hash Finder  ${coordinator.url}`);
console.log(`Machines     ${controls.url}`);
console.log(
  `${workers} workers, ${balancer ? "through HAProxy" : `called directly (${missing})`}, and a coordinator that computes nothing itself.`,
);
console.log(`Keys 1 to ${workers} kill a worker or start it again; Ctrl-C ends everything.`);
isStarted = true;
readKeys();

function startWorker(scanPort: string): Promise<DemoServer> {
  return startDemoServer([
    ...["--port", "0", "--grpc-port", "0"],
    ...["--workers", "1", "--scan-port", scanPort],
  ]);
}

/** Kills a worker as a power cut would; one that was killed starts again on the same port. */
async function toggle(index: number): Promise<void> {
  const machine = machines[index];
  if (!machine) return;
  if (machine.isRunning()) {
    await machine.end("SIGKILL");
    console.log(`machine ${index + 1} is killed`);
    return;
  }
  machines[index] = await startWorker(new URL(machine.scanUrl).port);
  console.log(`machine ${index + 1} runs again`);
}

function readKeys(): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  stdin.setRawMode(true);
  stdin.on("data", (typed) => {
    const key = String(typed);
    // In raw mode Ctrl-C is a key like any other.
    if (key === "\u0003") void end();
    else if (/^[1-9]$/.test(key)) void controls.toggle(Number(key) - 1);
  });
}

async function end(): Promise<void> {
  // A machine that is just being started would be left over.
  if (!isStarted) process.exit(1);
  if (process.stdin.isTTY) process.stdin.setRawMode(false).pause();
  await controls.close();
  await coordinator.end("SIGTERM");
  await balancer?.close();
  await Promise.all(machines.map((machine) => machine.end("SIGTERM")));
}

function flag(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

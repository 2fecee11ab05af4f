import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../support/ports.ts";
import { Random } from "../support/random.ts";
import { references } from "./continued.ts";
import { Crowd } from "./crowd.ts";
import { Journal } from "./journal.ts";
import { Lives } from "./lives.ts";
import { optionsFrom } from "./options.ts";
import { silence } from "./silence.ts";
import { rowsOf, table } from "./table.ts";

// Callers of every kind use a server in every way for minutes, while its threads, the
// machines that compute for it and the server itself are killed and started again. Then
// there is silence, and nothing may be left of it all.
const { minutes, seed } = optionsFrom(process.argv.slice(2));
const totalMs = minutes * 60_000;
// The memory of a process is measured in its last life: once it is warm, and at the end.
const restartsMs = 0.25 * totalMs;
const warmUpMs = 0.35 * totalMs;
const loadMs = totalMs - restartsMs - warmUpMs;

console.log(`Soaking for ${minutes} minutes with --seed ${seed}`);
const random = new Random(seed, -1);
const wanted = references();
const machines = await Promise.all(
  [1, 2].map(async (number) => {
    const port = String(await freePort());
    const ports = ["--port", "0", "--grpc-port", "0", "--scan-port", port];
    return { port, lives: await Lives.begin(`machine ${number}`, ["--workers", "1", ...ports]) };
  }),
);
const web = await Lives.begin("server", [
  ...["--port", String(await freePort()), "--grpc-port", String(await freePort()), "--workers", "1"],
  ...["--upstream", machines.map(({ port }) => `http://127.0.0.1:${port}`).join(",")],
  ...["--maximum-searches", "40", "--maximum-waiting", "20"],
]);
const journal = new Journal();
const crowd = new Crowd(web, journal, seed, wanted);

// A caller that is late itself may be told so, as 408 is.
const lateness = monitorEventLoopDelay();
lateness.enable();
await load(restartsMs, { restarts: true });
await load(warmUpMs, { restarts: false });
const before = await measured();
await load(loadMs, { restarts: false });
const after = await measured();
const endings = await Promise.all([web, ...machines.map(({ lives }) => lives)].map((lives) => lives.end()));
const rows = rowsOf({
  journal,
  web,
  machines: machines.map(({ lives }) => lives),
  before,
  after,
  warmUpMs,
  endings,
});
console.log(table(rows, journal, web.all));
const wrong = rows.filter(({ isRight }) => !isRight);
console.log(`\nThe callers' own event loop was late by up to ${Math.round(lateness.max / 1e6)} ms.`);
for (const { details } of wrong) for (const line of details.slice(0, 10)) console.error(line);
console.log(
  `${wrong.length === 0 ? "nothing is wrong" : `${wrong.length} things are wrong`}, --seed ${seed}`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** The crowd calls for a time, while things are killed; then there is silence. */
async function load(ms: number, { restarts }: { restarts: boolean }): Promise<void> {
  const over = AbortSignal.timeout(ms);
  await Promise.all([
    crowd.call(over),
    nowAndThen(over, 2000, 6000, async () => {
      await random.pick(machines).lives.again("SIGKILL");
      journal.count("machines killed");
    }),
    nowAndThen(over, 1000, 5000, async () => {
      const victim = random.chance(0.5) ? web : random.pick(machines).lives;
      victim.killThread();
      journal.count("worker threads killed");
    }),
    nowAndThen(restarts ? over : AbortSignal.abort(), 3000, 9000, async () => {
      await web.again("SIGTERM");
      journal.count("restarts of the server");
    }),
  ]);
}

async function nowAndThen(
  over: AbortSignal,
  least: number,
  most: number,
  action: () => Promise<void>,
): Promise<void> {
  while (!over.aborted) {
    await pause(random.int(least, most), undefined, { signal: over }).catch(() => {});
    if (!over.aborted) await action();
  }
}

async function measured() {
  const activity = await silence(web);
  return { activity, snapshot: await web.snapshot(), descriptors: web.descriptors };
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { untilActivity } from "../../support/activity.ts";
import { endless, nativeClients } from "../../support/clients.ts";
import { startServer } from "../../support/server.ts";
import { kernelName } from "../kernel.ts";
import type { Row } from "../row.ts";
import { pause } from "../searches.ts";
import { summarize } from "../statistics.ts";
import type { FakeSeats, FakeSeatsSaid } from "./fake-seats-process.ts";
import { cpuMsOf } from "./process-time.ts";

const rounds = 5;
const roundMs = 2000;

/** What 64 seats cost the server that gives them ranges. The seats are fakes that compute nothing. */
export async function costOfSeats(): Promise<Row[]> {
  return [
    ...(await costOf("64 fake seats of one server", { servers: 1, seatsEach: 64 })),
    ...(await costOf("64 fake servers of one seat", { servers: 64, seatsEach: 1 })),
  ];
}

async function costOf(name: string, seats: FakeSeats): Promise<Row[]> {
  const fakes = fork(new URL("./fake-seats-process.ts", import.meta.url), [JSON.stringify(seats)]);
  try {
    const { ports = [] } = await said(fakes);
    const upstreams = ports.map((port) => `http://127.0.0.1:${port}`).join(",");
    const coordinator = await startServer({
      args: [
        ...["--maximum-hashes", "0", "--maximum-seconds", "0", "--kernel", kernelName],
        ...["--workers", "0", "--upstream", upstreams],
      ],
    });
    const all = seats.servers * seats.seatsEach;
    await untilActivity(coordinator.url, ({ workers }) => workers === all);
    const controller = new AbortController();
    const call = nativeClients(coordinator)
      .finder.find(endless(), { signal: controller.signal })
      .catch(() => {});
    await untilActivity(coordinator.url, ({ workersBusy }) => workersBusy === all);
    await pause(roundMs);
    const cpuMs: number[] = [];
    const rangesASecond: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = { cpu: cpuMsOf(coordinator.pid), ranges: await ranges(fakes), ms: performance.now() };
      await pause(roundMs);
      const given = (await ranges(fakes)) - before.ranges;
      cpuMs.push((cpuMsOf(coordinator.pid) - before.cpu) / given);
      rangesASecond.push((1000 * given) / (performance.now() - before.ms));
    }
    controller.abort();
    await call;
    await coordinator.stop();
    const [end] = coordinator.logged({ msg: "the server has stopped" });
    console.log(`  ${name}: ${summarize(rangesASecond).median.toFixed(0)} ranges a second`);
    return [
      {
        name: `coordinator CPU a range, ${name}`,
        unit: "ms",
        better: "less",
        summary: summarize(cpuMs),
        goals: [{ of: "median", value: 2.5 }],
      },
      {
        name: `longest turn of its loop, ${name}`,
        unit: "ms",
        better: "less",
        summary: summarize([Number(end?.longestTurnMs ?? Number.NaN)]),
        goals: [{ of: "maximum", value: 50 }],
      },
    ];
  } finally {
    fakes.disconnect();
    await once(fakes, "exit");
  }
}

async function ranges(fakes: ChildProcess): Promise<number> {
  fakes.send("how many?");
  return (await said(fakes)).ranges;
}

async function said(fakes: ChildProcess): Promise<FakeSeatsSaid> {
  const [message] = await once(fakes, "message");
  return message as FakeSeatsSaid;
}

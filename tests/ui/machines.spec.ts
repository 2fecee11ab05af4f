import { expect, type Locator } from "@playwright/test";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { test as base, expectIdleForGood, untilStopped } from "./fixtures.ts";

/** The page of a server that has no worker of its own and computes through two others. */
const test = base.extend<{ machines: readonly TestServer[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern.
  machines: async ({}, use) => {
    const args = ["--workers", "1", "--scan-port", "0"];
    const machines = await Promise.all([startServer({ args }), startServer({ args })]);
    await use(machines);
    await Promise.all(machines.map((machine) => machine.kill()));
  },
  server: async ({ machines, serverArgs }, use) => {
    const upstreams = machines.map(({ scanUrl }) => scanUrl).join(",");
    const server = await startServer({ args: ["--workers", "0", "--upstream", upstreams, ...serverArgs] });
    await untilActivity(server.url, ({ workers }) => workers === 2);
    await use(server);
    await server.kill();
  },
});

test("Stop reaches the machines that compute for the server, and the page has a lane for each", async ({
  finder,
  server,
  machines,
}) => {
  const card = await finder.startSearch();
  await expect(finder.page.getByRole("region", { name: "Server now" })).toContainText("2 of 2");
  for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);

  await finder.stopButton(card).click();
  await untilStopped(card);
  await expect(card).toContainText("all workers are idle, those of 2 other machines included.");
  for (const machine of [server, ...machines]) await expectIdleForGood(machine);

  await expect(finder.lastStop).toContainText("proven");
  await expect(finder.lastStop).toContainText(/\d\sms confirmed here/);
  await expect(card).toContainText(/\d\sms all workers idle/);
  await expect(card).toContainText("never subtracted from each other");
  await expect(lanes(card)).toHaveText([drawn, drawn]);
});

test("a machine that is frozen is named as not confirmed until its time is over", async ({
  finder,
  server,
  machines,
}) => {
  const card = await finder.startSearch();
  for (const { url } of machines) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
  const frozen = machines[0] as TestServer;
  const name = `:${frozen.pid}`;
  const lane = lanes(card).filter({ hasText: name });

  frozen.signal("SIGSTOP");
  await finder.stopButton(card).click();
  await expect(card).toContainText(/Stop sent, not confirmed by .+ within \d\ss\./);
  await expect(card).toContainText(name);
  await expect(finder.lastStop).toContainText("not confirmed");
  await expect(lane).toContainText(/not confirmed, ends by itself within \d\ss/);
  await untilIdle(server.url);

  await expect(card).toContainText("Stop sent, never confirmed by");
  await expect(lane).toContainText("never confirmed");
  await expect(finder.lastStop).not.toContainText("proven");
  await expect(card.getByRole("button", { name: "Continue" })).toBeVisible();
  // Its own word: what the page has said is true.
  frozen.signal("SIGCONT");
  for (const machine of machines) await expectIdleForGood(machine);
});

const drawn = /\d hash(es)? after.*interrupt seen [\d.,]+\sms.*idle [\d.,]+\sms/;

function lanes(card: Locator): Locator {
  return card.getByRole("list", { name: "On each other machine's own clock" }).getByRole("listitem");
}

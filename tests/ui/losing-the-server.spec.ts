import { expect } from "@playwright/test";
import { startServer } from "../support/server.ts";
import { expectIdleForGood, test, untilSearching, untilStopped } from "./fixtures.ts";

const lostWords = "We cannot tell yet whether the server is still searching.";

test("a killed server is told, and its restart found out", async ({ finder, server }) => {
  await finder.nearMisses.check();
  const card = await finder.startSearch();
  await server.kill();
  await expect(card).toContainText(lostWords);
  await expect(finder.page.getByText("The server cannot be reached.")).toBeVisible();

  const { port } = new URL(server.url);
  const next = await startServer({ args: ["--maximum-hashes", "0", "--port", port] });
  try {
    await finder.page.getByRole("button", { name: "Try now" }).first().click();
    await expect(card).toContainText("The server restarted, so this search is no longer running.");
    await expect(finder.page.getByText("Server: connected")).toBeVisible();
    await card.getByRole("button", { name: "Continue" }).click();
    await untilSearching(card);
    await finder.stopButton(card).click();
    await untilStopped(card);
    await expectIdleForGood(next);
  } finally {
    await next.stop();
  }
});

test("a Stop that a frozen server cannot confirm never says Stopped", async ({ finder, server }) => {
  const card = await finder.startSearch();
  server.signal("SIGSTOP");
  await finder.stopButton(card).click();
  await expect(card).toContainText("Stopping… waiting for the server to confirm.");
  await expect(card).toContainText("Stop sent, not confirmed. The server has not answered.");
  await expect(card).toContainText("Without contact it stops by itself within 2 min.");
  await expect(finder.lastStop).toContainText("not confirmed");
  await expect(card).not.toContainText("Stopped");

  server.signal("SIGCONT");
  await untilStopped(card);
  await expectIdleForGood(server);
});

test("a server that shuts down says so, and nothing is lost", async ({ finder, server }) => {
  const card = await finder.startSearch();
  await server.stop();
  await expect(card).toContainText("The server was shut down, which stopped this search.");
  await expect(card.getByRole("button", { name: "Continue" })).toBeVisible();
});

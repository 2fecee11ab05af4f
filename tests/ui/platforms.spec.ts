// What Chromium does that the contract has to live with: docs/stop.md tells what
// follows from it.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";

test("a unary call is sent again, unasked, when its reused connection is cut before the answer", async ({
  page,
}) => {
  let arrived = 0;
  const server = createServer((request, response) => {
    if (request.url !== "/call") return void response.end("<!doctype html>");
    // The connection is one that has answered before.
    if (++arrived === 1) request.socket.resetAndDestroy();
    else response.end("answered");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const answer = await page.evaluate(
      `fetch("/warm", { method: "POST", body: "x" }).then((warm) => warm.text())
        .then(() => fetch("/call", { method: "POST", body: "x" })).then((answer) => answer.text())`,
    );
    expect(answer).toBe("answered");
    expect(arrived).toBe(2);
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
});

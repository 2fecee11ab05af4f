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

const page = `<button>Stop</button><div></div><script>
  const [button, list] = document.querySelectorAll("button, div");
  let controller;
  async function begin() {
    controller = new AbortController();
    const { body } = await fetch("/call", { method: "POST", body: "x", signal: controller.signal });
    const reader = body.getReader();
    await reader.read();
    reader.read().catch(() => {});
  }
  button.onclick = () => {
    controller.abort();
    fetch("/later", { method: "POST", body: "x" });
    list.replaceChildren(...Array.from({ length: 3000 }, (_, i) => new Text("word " + i + " ")));
  };
</script>`;

test("an abort waits for the drawing that its click brings, and a call made after it overtakes it", async ({
  page: tab,
}) => {
  const arrived: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/later") arrived.push("later");
    if (request.url !== "/call") return void response.end(page);
    response.write("begun");
    response.once("close", () => arrived.push("abort"));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    let overtaken = 0;
    for (let tries = 1; tries <= 9; tries++) {
      await tab.evaluate("begin()");
      await tab.getByRole("button").click();
      await expect.poll(() => arrived.length).toBe(2 * tries);
      if (arrived.at(-1) === "abort") overtaken++;
    }
    expect(overtaken).toBeGreaterThan(4);
  } finally {
    await tab.close();
    server.closeAllConnections();
    server.close();
  }
});

import { expect, type Locator, type Page } from "@playwright/test";
import { untilActivity } from "../support/activity.ts";
import { nativeClients } from "../support/clients.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { test as base, endlessName, Finder, untilSearching, untilStopped } from "./fixtures.ts";

/** What people do with the keys, in their words. */
class Keys {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get pad(): Locator {
    return this.page.getByRole("group", { name: "Keys", exact: true });
  }

  get cards(): Locator {
    return this.page.getByRole("region", { name: "Streams", exact: true }).getByRole("article");
  }

  card(key: string): Locator {
    return this.page.getByRole("article", { name: key, exact: true });
  }

  button(key: string): Locator {
    return this.pad.getByRole("button", { name: key, exact: true });
  }

  async type(keys: string): Promise<void> {
    await this.page.keyboard.type(keys);
  }
}

const test = base.extend<{ keys: Keys }>({
  keys: async ({ finder }, use) => {
    await finder.page.getByRole("link", { name: "Keyed streams" }).click();
    const keys = new Keys(finder.page);
    await expect(keys.pad, "whoever opens this view can type at once").toBeFocused();
    await use(keys);
  },
});

const running = /Running: \d+ of 10 messages\.|Started\./;

async function untilStreams({ url }: TestServer, count: number): Promise<void> {
  await untilActivity(url, ({ streams }) => streams === count);
}

test("ten messages, one a second: in the page and in a native client at the same time", async ({
  keys,
  server,
}) => {
  await keys.type("k");
  const messages: string[] = [];
  for await (const { message } of nativeClients(server).streams.stream({ key: "native" }))
    messages.push(message);
  const ten = (key: string) =>
    Array.from({ length: 10 }, (_, i) => `key: ${key}, progress: ${"+".repeat(i + 1)}`);
  expect(messages).toEqual(ten("native"));
  await expect(keys.card("k")).toContainText("Done: all 10 messages arrived.");
  await expect(keys.card("k").getByRole("listitem")).toHaveText(ten("k"));
  await expect(keys.card("k").getByRole("progressbar")).toHaveJSProperty("position", 1);
  await expect(keys.button("k")).toHaveAttribute("aria-pressed", "false");
  for (const key of ["k", "native"]) {
    await server.untilLogged({ msg: "stream ended", key, cause: "done", messages: 10 });
    expect(server.logged({ msg: "stream message", key }).map(({ message }) => message)).toEqual(ten(key));
  }
  await untilStreams(server, 0);
});

test("a key starts its stream, the same key cancels it, and starts it again", async ({
  keys,
  finder,
  server,
}) => {
  await keys.type("a");
  await expect(keys.card("a")).toContainText("Running: 1 of 10 messages.");
  await expect(keys.card("a").getByRole("listitem")).toHaveText(["key: a, progress: +"]);
  await expect(keys.button("a")).toHaveAttribute("aria-pressed", "true");
  await untilStreams(server, 1);
  await keys.type("a");
  await expect(keys.card("a")).toContainText("Cancelled by you after 1 message.");
  await expect(finder.status).toContainText("a: Cancelled by you after 1 message.");
  await expect(keys.button("a")).toHaveAttribute("aria-pressed", "false");
  await untilStreams(server, 0);
  await server.untilLogged({ msg: "stream ended", key: "a", cause: "cancelled" });
  await keys.type("a");
  await expect(keys.card("a")).toContainText("Running: 1 of 10 messages.");
  await untilStreams(server, 1);
});

test("every key is a button too", async ({ keys, server }) => {
  await keys.button("b").click();
  await expect(keys.card("b")).toContainText(running);
  await keys.card("b").getByRole("button", { name: "Cancel b" }).click();
  await expect(keys.card("b")).toContainText("Cancelled by you");
  await keys.card("b").getByRole("button", { name: "Start again b" }).click();
  await untilStreams(server, 1);
  await keys.button("b").click();
  await untilStreams(server, 0);
  await keys.pad.focus();
  for (const key of ["ArrowDown", "ArrowRight", "Enter"]) await keys.page.keyboard.press(key);
  await expect(keys.button("2")).toBeFocused();
  await expect(keys.card("2")).toContainText(running);
  await keys.page.keyboard.press("Space");
  await expect(keys.card("2")).toContainText("Cancelled by you");
  await keys.type("?");
  await expect(keys.button("?")).toHaveAttribute("aria-pressed", "true");
});

test("50 presses at random intervals: what the server has open is what is shown as on", async ({
  keys,
  server,
}) => {
  let seed = 11;
  const random = (below: number): number => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let i = 0; i < 50; i++) {
    await keys.page.keyboard.press("asdf"[random(4)] ?? "a", { delay: random(60) });
  }
  const on = keys.pad.getByRole("button", { pressed: true });
  // No more keys than connections, so that whatever is on is sent.
  const shown = await on.count();
  expect(shown).toBeGreaterThan(0);
  await untilStreams(server, shown);
  const ended = server.logged({ msg: "stream ended" }).length;
  const { streamsOfCaller } = await untilActivity(server.url, () => true);
  expect(streamsOfCaller, `after ${ended} streams that have ended`).toBe(await on.count());
  for (const key of await on.allTextContents()) await keys.type(key);
  await untilStreams(server, 0);
});

test("of twelve keys typed at once over HTTP/1.1 four run and eight wait, in order, and none is lost", async ({
  keys,
  server,
}) => {
  await keys.type("qwertyuiopas");
  await expect(keys.cards).toHaveCount(12);
  for (const key of "qwer") await expect(keys.card(key)).toContainText(running);
  for (const [ahead, key] of Array.from("tyuiopas").entries()) {
    const position =
      ahead === 0
        ? "No key is ahead of it."
        : ahead === 1
          ? "1 key is ahead of it."
          : `${ahead} keys are ahead of it.`;
    await expect(keys.card(key)).toContainText(`Waiting for a free connection. ${position}`);
  }
  await untilStreams(server, 4);

  await keys.type("t");
  await expect(keys.card("t")).toContainText("Cancelled by you before the first message.");
  await expect(keys.card("y")).toContainText("No key is ahead of it.");
  await keys.type("w");
  await expect(keys.card("y"), "the first that waits takes the free connection").toContainText(running);
  await expect(keys.card("u")).toContainText("No key is ahead of it.");
  await untilStreams(server, 4);
  expect(server.logged({ key: "t" }), "what was cancelled while it waited was never sent").toEqual([]);

  await keys.page.getByRole("button", { name: "Cancel all" }).click();
  await expect(keys.pad).toBeFocused();
  await untilStreams(server, 0);
  await expect(keys.pad.getByRole("button", { pressed: true })).toHaveCount(0);
  await keys.page.getByRole("button", { name: "Remove the ended" }).click();
  await expect(keys.cards).toHaveCount(0);
  await expect(keys.pad).toBeFocused();
});

test.describe("a server of two streams a client", () => {
  test.use({ serverArgs: ["--maximum-streams-per-client", "2"] });

  test("what it refuses waits in words, can be cancelled, and starts when there is a place", async ({
    keys,
    finder,
    server,
  }) => {
    await keys.type("ab");
    await untilStreams(server, 2);
    await keys.type("c");
    await expect(keys.card("c")).toContainText(
      /You have as many streams open as the server allows\. Trying again in \d\ss\./,
    );
    await keys.type("d");
    await expect(keys.card("d")).toContainText("Waiting for a place on the server. 1 key is ahead of it.");
    await expect(finder.status).toContainText("d: Waiting for a place on the server.");
    await keys.type("c");
    await expect(keys.card("c")).toContainText("Cancelled by you before the first message.");
    await keys.type("a");
    await expect(keys.card("d")).toContainText(running);
    await untilStreams(server, 2);
  });
});

test.describe("a server of one stream a client", () => {
  test.use({ serverArgs: ["--maximum-hashes", "0", "--maximum-streams-per-client", "1"] });

  test("keys that wait for it use no connection: searches go on in all tabs, and the keys after them", async ({
    keys,
    finder,
    server,
  }) => {
    const taken = new AbortController();
    const stream = nativeClients(server).streams.stream({ key: "native" }, { signal: taken.signal });
    await stream[Symbol.asyncIterator]().next();
    await keys.type("abcd");
    await expect(keys.card("a")).toContainText("You have as many streams open as the server allows.");
    for (const key of "bcd") await expect(keys.card(key)).toContainText("Waiting for a place on the server.");

    const other = new Finder(await keys.page.context().newPage());
    await other.open(server.url);
    for (const name of ["connectconnect", "grpcgrpcgrpc"]) await other.startSearch(name);
    await keys.page.getByRole("link", { name: "Searches" }).click();
    for (const name of [endlessName, "doctordoctor"]) await finder.startSearch(name);

    taken.abort();
    await keys.page.getByRole("link", { name: /^Keyed streams/ }).click();
    await expect(keys.card("a")).toContainText("Waiting for a free connection. No key is ahead of it.");
    const first = other.card("connectconnect");
    await other.stopButton(first).click();
    await untilStopped(first);
    await expect(keys.card("a")).toContainText(running);
    await untilStreams(server, 1);
  });
});

test("a control that goes away by itself leaves the focus among the streams", async ({ keys, server }) => {
  await keys.type("ab");
  await untilStreams(server, 2);
  const cancelAll = keys.page.getByRole("button", { name: "Cancel all" });
  await cancelAll.focus();
  await server.stop();
  await expect(cancelAll).toBeHidden();
  await expect(keys.page.getByRole("region", { name: "Streams", exact: true })).toBeFocused();
});

test("a server that is killed in mid-stream is told, and the key starts again when it is back", async ({
  keys,
  server,
}) => {
  await keys.type("a");
  await expect(keys.card("a")).toContainText("Running: 1 of 10 messages.");
  await server.kill();
  await expect(keys.card("a")).toContainText(
    /Failed after \d messages?: the connection to the server was lost\./,
  );
  await expect(keys.page.getByText("The server cannot be reached.")).toBeVisible();
  await keys.type("a");
  await expect(keys.card("a")).toContainText(
    "Failed before the first message: the connection to the server was lost.",
  );
  const next = await startServer({ args: ["--port", new URL(server.url).port] });
  await expect(keys.page.getByText("The server cannot be reached.")).toBeHidden();
  await keys.type("a");
  await expect(keys.card("a")).toContainText("Running: 1 of 10 messages.");
  await untilStreams(next, 1);
  await next.kill();
});

test("a server that leaves ends the stream and says why", async ({ keys, server }) => {
  await keys.type("a");
  await expect(keys.card("a")).toContainText("Running: 1 of 10 messages.");
  await server.stop();
  await expect(keys.card("a")).toContainText(/Ended after \d messages?: the server is shutting down\./);
});

for (const how of ["close", "reload"] as const) {
  test(`a tab that is gone (${how}) leaves no stream`, async ({ keys, server }) => {
    await keys.type("abc");
    await untilStreams(server, 3);
    await keys.page[how]();
    await untilStreams(server, 0);
    await server.untilLogged({ msg: "stream ended", cause: "cancelled" });
  });
}

test("the keyboard starts streams only while the section has the focus", async ({ keys, server }) => {
  await keys.page.getByRole("link", { name: "Keyed streams" }).focus();
  await keys.type("a");
  await keys.pad.focus();
  await keys.page.keyboard.press("Control+b");
  for (const held of ["c", "Enter"]) {
    if (held === "Enter") await keys.button("d").focus();
    await keys.page.keyboard.down(held);
    await keys.page.keyboard.down(held);
    await keys.page.keyboard.up(held);
  }
  await expect(keys.cards).toHaveCount(2);
  for (const key of "cd")
    await expect(keys.card(key), "a key that is held down is pressed once").toContainText(running);
  await untilStreams(server, 2);
  await keys.card("d").getByRole("button").focus();
  await keys.page.keyboard.down("Enter");
  await keys.page.keyboard.down("Enter");
  await keys.page.keyboard.up("Enter");
  await expect(keys.card("d")).toContainText("Cancelled by you");
  await untilStreams(server, 1);
});

test("any text of 1 to 64 characters is a key", async ({ keys, finder, server }) => {
  const field = keys.page.getByLabel("Another key");
  await field.pressSequentially("a long key");
  await expect(keys.cards, "what is typed into the field is not pressed").toHaveCount(0);
  await field.press("Enter");
  await expect(keys.card("a␣long␣key")).toContainText("key: a long key, progress: +");
  await expect(field).toHaveValue("");
  await field.fill("k".repeat(65));
  await keys.page.getByRole("button", { name: "Press" }).click();
  await expect(field).toHaveAccessibleDescription("The key has 65 characters. Use at most 64.");
  await expect(finder.status).toContainText("Not started: The key has 65 characters. Use at most 64.");
  await expect(field).toBeFocused();
  await untilStreams(server, 1);
});

test("searches and streams go on while the other is shown, and Esc stops what is shown", async ({
  keys,
  finder,
  server,
}) => {
  const { page } = keys;
  await page.getByRole("link", { name: "Searches" }).click();
  const card = await finder.startSearch(endlessName);
  // By then the address has followed the form.
  await expect(page).toHaveURL(/name=/);
  await page.goBack();
  await expect(keys.pad).toBeFocused();
  await keys.type("ab");
  await untilStreams(server, 2);
  await page.getByRole("link", { name: "Searches 1 on" }).click();
  await expect(page.getByRole("link", { name: "Keyed streams 2 on" })).toBeVisible();
  await page.goBack();
  await expect(keys.pad).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(keys.card("b"), "the one started last").toContainText("Cancelled by you");
  await expect(keys.card("a")).toContainText(running);
  await keys.page.getByRole("link", { name: "Searches 1 on" }).click();
  await untilSearching(card);
  await finder.page.keyboard.press("Escape");
  await untilStopped(card);
  await untilStreams(server, 1);
});

test("Esc cancels the focused stream, twice all of them", async ({ keys, server }) => {
  await keys.type("abc");
  await untilStreams(server, 3);
  await keys.card("b").getByRole("button").focus();
  await keys.page.keyboard.press("Escape");
  await expect(keys.card("b")).toContainText("Cancelled by you");
  for (const key of "ac") await expect(keys.card(key)).toContainText(running);
  for (let i = 0; i < 2; i++) await keys.page.keyboard.press("Escape");
  for (const key of "ac") await expect(keys.card(key)).toContainText("Cancelled by you");
  await untilStreams(server, 0);
});

test("on a phone nothing is wider, and every key can be pressed", async ({ keys, server }) => {
  await keys.page.setViewportSize({ width: 360, height: 640 });
  await keys.button("p").click();
  await untilStreams(server, 1);
  expect(await keys.page.evaluate<number>("document.documentElement.scrollWidth")).toBe(360);
  const box = await keys.button("p").boundingBox();
  expect(box?.width).toBeGreaterThanOrEqual(24);
  expect(box?.height).toBeGreaterThanOrEqual(48);
});

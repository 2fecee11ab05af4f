import { expect } from "@playwright/test";
import { endlessName, expectIdleForGood, test } from "./fixtures.ts";

test.describe("a server with a budget", () => {
  test.use({ serverArgs: ["--maximum-hashes", "50000"] });

  test("a spent budget is said, and Continue spends another one", async ({ finder, server }) => {
    const card = await finder.search(endlessName);
    await expect(card).toContainText("Budget spent: 50,000 hashes.");
    await card.getByRole("button", { name: "Continue" }).click();
    await expect(card).toContainText("Budget spent: 100,000 hashes.");
    await expectIdleForGood(server);
  });

  test("a smaller budget of one's own counts", async ({ finder }) => {
    await finder.limit("Hashes", "7,000");
    await expect(await finder.search(endlessName)).toContainText("Budget spent: 7,000 hashes.");
  });
});

test("a time limit of one's own ends the search, with the server's word", async ({ finder, server }) => {
  await finder.limit("Time in seconds", "1");
  const card = await finder.search(endlessName);
  await expect(card).toContainText("Time limit of 1 s reached. The server confirmed it stopped.");
  await expect(card.getByRole("button", { name: "Continue" })).toBeVisible();
  await expectIdleForGood(server);
});

test.describe("a server with a time limit", () => {
  test.use({ serverArgs: ["--maximum-hashes", "0", "--maximum-seconds", "1"] });

  test("ends the search by itself", async ({ finder, server }) => {
    await finder.nearMisses.check();
    const card = await finder.search(endlessName);
    await expect(card).toContainText("Time limit of 1 s reached. The server confirmed it stopped.");
    await expectIdleForGood(server);
  });
});

test.describe("a full server", () => {
  test.use({ serverArgs: ["--maximum-hashes", "0", "--maximum-searches", "1", "--maximum-waiting", "0"] });

  test("says so, and when to try again", async ({ finder }) => {
    await finder.startSearch();
    await expect(await finder.search("go")).toContainText(
      /Not started: the server is full\. Try again in about \d+\s(s|min)/,
    );
  });
});

test.describe("a server with one place to run", () => {
  test.use({ serverArgs: ["--maximum-hashes", "0", "--maximum-searches", "1"] });

  test("lets a search wait, says how many are ahead, and can be stopped while it waits", async ({
    finder,
  }) => {
    const first = await finder.startSearch();
    const second = await finder.search("grpc");
    await expect(second).toContainText("Waiting for a free place. Yours is the next.");
    const third = await finder.search("hello");
    await expect(third).toContainText("Waiting for a free place. 1 search is ahead of you.");
    await finder.stopButton(third).click();
    await expect(third).toContainText("The server confirmed that no worker had begun.");
    await finder.stopButton(first).click();
    await expect(second).toContainText("Found after 67,607 hashes");
  });
});

test.describe("a server with one place for each client", () => {
  test.use({ serverArgs: ["--maximum-hashes", "0", "--maximum-searches-per-client", "1"] });

  test("says so, and the search can be tried again", async ({ finder }) => {
    const first = await finder.startSearch();
    const second = await finder.search("go");
    await expect(second).toContainText(
      "Not started: you have as many searches running as the server allows. Stop one, or try again",
    );
    await finder.stopButton(first).click();
    await expect(first).toContainText("Stopped by you.");
    await second.getByRole("button", { name: "Search again" }).click();
    await expect(second).toContainText("Found after");
  });
});

test.describe("behind a proxy", () => {
  test.use({ serverArgs: ["--maximum-hashes", "0"] });

  test("a timeout of the proxy is named as that, with the limit that it is shorter than", async ({
    finder,
    server,
  }) => {
    await finder.page.route("**/Find", async (route) => {
      // As nginx does it: it ends the call to the server, and answers with a page.
      const call = route.fetch({ timeout: 1_000 }).catch(() => {});
      await call;
      await route.fulfill({
        status: 504,
        contentType: "text/html",
        body: "<html><h1>504 Gateway Time-out</h1></html>",
      });
    });
    const card = await finder.search(endlessName);
    const cause =
      "The proxy in front of the server ended the call: 504, its timeout. It must be set longer than the server's time limit of 2 min.";
    await expect(card).toContainText(`${cause} We cannot tell yet whether the server is still searching.`);
    await expect(card).toContainText(`${cause} The server had then stopped this search.`);
    await expect(finder.status).toContainText(cause);
    await expect(card.getByRole("button", { name: "Continue" })).toBeVisible();
    await expectIdleForGood(server);
  });

  test("a proxy that gets no answer from the server is named as that for a key", async ({ finder }) => {
    await finder.page.route("**/Stream", (route) =>
      route.fulfill({ status: 502, contentType: "text/html", body: "<html></html>" }),
    );
    await finder.page.getByRole("link", { name: "Keyed streams" }).click();
    await finder.page
      .getByRole("group", { name: "Keys", exact: true })
      .getByRole("button", { name: "a", exact: true })
      .click();
    await expect(finder.page.getByRole("main")).toContainText(
      "Failed before the first message: the proxy in front of the server answered 502.",
    );
  });
});

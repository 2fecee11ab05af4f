import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { startServer, type TestServer } from "../support/server.ts";

interface Fixtures {
  /** Flags of the test's own server. */
  readonly serverArgs: readonly string[];
  readonly server: TestServer;
  /** Where the browser reaches that server. */
  readonly address: string;
  /** The page, opened there and connected to the server. */
  readonly finder: Finder;
}

/** A search for this name never ends within a test's time. */
export const endlessName = "zzzzzzzzzzzz";

/** What people do on the page, in their words. */
export class Finder {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page and waits until it has heard from the server. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.page.getByText("Server: connected")).toBeVisible();
  }

  get name(): Locator {
    return this.page.getByLabel("Name");
  }

  /** The choice that near misses are listed too. */
  get nearMisses(): Locator {
    return this.page.getByRole("checkbox", { name: "also list near misses" });
  }

  /** Up to how many wrong letters near misses have. */
  get mostWrong(): Locator {
    return this.page.getByRole("combobox", { name: /^up to wrong letters?$/ });
  }

  get searchButton(): Locator {
    return this.page.getByRole("button", { name: "Search", exact: true });
  }

  get status(): Locator {
    return this.page.getByRole("status");
  }

  get lastStop(): Locator {
    return this.page.getByRole("region", { name: "Last stop" });
  }

  async search(name: string): Promise<Locator> {
    await this.name.fill(name);
    await this.searchButton.click();
    return this.card(name);
  }

  /** Searches, and waits until the page shows that the server computes. */
  async startSearch(name = endlessName): Promise<Locator> {
    const card = await this.search(name);
    await untilSearching(card);
    return card;
  }

  /** The newest search for a name. */
  card(name: string): Locator {
    return this.page.getByRole("article", { name, exact: true }).first();
  }

  stopButton(card: Locator): Locator {
    return card.getByRole("button", { name: /^Stop / });
  }

  async showEveryNearMissUpTo(distance: number): Promise<void> {
    await this.mostWrong.selectOption(String(distance));
    await expect(this.nearMisses).toBeChecked();
  }

  async limit(field: "Hashes" | "Time in seconds", value: string): Promise<void> {
    // The chart of the server's rate has hashes in its name too.
    const limit = this.page.getByLabel(field, { exact: true });
    if (!(await limit.isVisible())) await this.page.getByText("Limits", { exact: true }).click();
    await limit.fill(value);
  }
}

/** Waits until the page shows that the server computes for the search. */
export async function untilSearching(card: Locator): Promise<void> {
  await expect(card).toContainText(/Searching… [1-9][\d,]* hashes/);
}

/** Waits until the page has the server's word that the search was stopped. */
export async function untilStopped(card: Locator): Promise<void> {
  await expect(card).toContainText("Stopped by you. The server confirmed that");
}

/** The server's own counters as the oracle: every worker is idle, and no hash is computed any more. */
export async function expectIdleForGood({ url }: TestServer): Promise<void> {
  const { hashesComputed } = await untilIdle(url);
  // An idle server speaks once a second: three words are two seconds without a hash.
  let words = 0;
  await untilActivity(url, (activity) => {
    expect(activity).toMatchObject({ workersBusy: 0, searches: 0, hashesComputed });
    return ++words === 3;
  });
}

export const test = base.extend<Fixtures>({
  serverArgs: [["--maximum-hashes", "0"], { option: true }],
  server: async ({ serverArgs }, use) => {
    // As people have it: the page tells times only where the server has measured itself.
    const measured = serverArgs.includes("--kernel") ? [] : ["--kernel", "auto"];
    const server = await startServer({ args: [...measured, ...serverArgs] });
    await use(server);
    await server.kill();
  },
  address: async ({ server }, use) => await use(server.url),
  finder: async ({ page, address }, use) => {
    const defects: string[] = [];
    page.on("pageerror", (error) => defects.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy|Unhandled/.test(message.text())) defects.push(message.text());
    });
    const finder = new Finder(page);
    await finder.open(address);
    await use(finder);
    expect(defects, "errors of the page itself").toEqual([]);
  },
});

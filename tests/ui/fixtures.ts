import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { startServer, type TestServer } from "../support/server.ts";

interface Fixtures {
  /** Flags of the test's own server. */
  readonly serverArgs: readonly string[];
  readonly server: TestServer;
  /** The page, opened on that server and connected to it. */
  readonly finder: Finder;
}

// A search for this name never ends within a test's time.
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

  get searchButton(): Locator {
    return this.page.getByRole("button", { name: "Search", exact: true });
  }

  get status(): Locator {
    return this.page.getByRole("status");
  }

  async search(name: string): Promise<Locator> {
    await this.name.fill(name);
    await this.searchButton.click();
    return this.card(name);
  }

  /** The newest search for a name. */
  card(name: string): Locator {
    return this.page.getByRole("article", { name, exact: true }).first();
  }

  stopButton(card: Locator): Locator {
    return card.getByRole("button", { name: /^Stop / });
  }

  /** Waits until the page shows that the server computes for the search. */
  async untilSearching(card: Locator): Promise<void> {
    await expect(card).toContainText(/Searching… [1-9][\d,]* hashes/);
  }
}

export const test = base.extend<Fixtures>({
  serverArgs: [["--maximum-hashes", "0"], { option: true }],
  server: async ({ serverArgs }, use) => {
    const server = await startServer({ args: serverArgs });
    await use(server);
    await server.stop();
  },
  finder: async ({ page, server }, use) => {
    const finder = new Finder(page);
    await finder.open(server.url);
    await use(finder);
  },
});

import { expect, type Locator, type Page } from "@playwright/test";
import { type Finder, test } from "./fixtures.ts";

const button = (page: Page) => page.getByRole("button", { name: "Notify me when a search ends" });

test("a search that ends unseen is notified of, but only after a click that asks for it", async ({
  finder,
  page,
}) => {
  await record(finder, "granted");
  await hide(page, true);
  await untilFound(await finder.search("go"));
  expect(await recorded(page)).toEqual({ questions: 0, shown: [] });

  await hide(page, false);
  await button(page).click();
  await expect(finder.status).toContainText("You will be notified when a search ends.");
  await expect(button(page)).toHaveAttribute("aria-pressed", "true");
  await untilFound(await finder.search("doc"));
  expect(await recorded(page), "the page is visible").toEqual({ questions: 1, shown: [] });

  await hide(page, true);
  const card = await finder.search("web");
  await untilFound(card);
  const body = await card.locator(".card-state").textContent();
  expect(body).toMatch(/^Found after 3,553 hashes in .*\.$/);
  expect(await recorded(page)).toEqual({ questions: 1, shown: [{ title: "web", body }] });
});

test("a browser that denies notifications is told of, and shows none", async ({ finder, page }) => {
  await record(finder, "denied");
  await button(page).click();
  await expect(finder.status).toHaveText("The browser does not allow this page to notify you.");
  await expect(button(page)).toHaveAttribute("aria-pressed", "false");
  await hide(page, true);
  await untilFound(await finder.search("go"));
  expect(await recorded(page)).toEqual({ questions: 1, shown: [] });
});

test("the choice outlives a reload until it is taken back", async ({ finder, page }) => {
  await record(finder, "granted");
  await button(page).click();
  await expect(button(page)).toHaveAttribute("aria-pressed", "true");
  await page.reload();
  await expect(button(page)).toHaveAttribute("aria-pressed", "true");
  await hide(page, true);
  await untilFound(await finder.search("go"));
  expect(await recorded(page)).toMatchObject({ questions: 0, shown: [{ title: "go" }] });

  await button(page).click();
  await expect(finder.status).toContainText("You will not be notified any more.");
  await expect(button(page)).toHaveAttribute("aria-pressed", "false");
  await untilFound(await finder.search("web"));
  expect(await recorded(page)).toMatchObject({ questions: 0, shown: [{ title: "go" }] });
  await page.reload();
  await expect(button(page)).toHaveAttribute("aria-pressed", "false");
});

test("a permission that was withdrawn is not asked for again without a click", async ({ finder, page }) => {
  await record(finder, "granted");
  await button(page).click();
  await expect(button(page)).toHaveAttribute("aria-pressed", "true");
  await page.evaluate(`sessionStorage.removeItem("permission")`);
  await page.reload();
  await expect(button(page)).toHaveAttribute("aria-pressed", "false");
  await hide(page, true);
  await untilFound(await finder.search("go"));
  expect(await recorded(page)).toEqual({ questions: 0, shown: [] });
});

/** Opens the page in a browser that notes questions and notifications, and is hidden when the test says so. */
async function record({ page }: Finder, answer: "granted" | "denied"): Promise<void> {
  await page.addInitScript({
    content: `
      window.recorded = { questions: 0, shown: [] };
      // Kept over a reload, as a browser keeps it.
      window.Notification = class {
        static get permission() {
          return sessionStorage.getItem("permission") ?? "default";
        }
        static async requestPermission() {
          window.recorded.questions++;
          sessionStorage.setItem("permission", "${answer}");
          return "${answer}";
        }
        constructor(title, { body }) {
          window.recorded.shown.push({ title, body });
        }
      };
      window.isHidden = false;
      Object.defineProperty(document, "visibilityState", {
        get: () => (window.isHidden ? "hidden" : "visible"),
      });
    `,
  });
  await page.reload();
}

async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`
    window.isHidden = ${isHidden};
    document.dispatchEvent(new Event("visibilitychange"));
  `);
}

function recorded(page: Page): Promise<unknown> {
  return page.evaluate("window.recorded");
}

async function untilFound(card: Locator): Promise<void> {
  await expect(card).toContainText("Found after");
}

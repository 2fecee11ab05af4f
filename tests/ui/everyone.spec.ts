import { expect } from "@playwright/test";
import { endlessName, expectIdleForGood, test } from "./fixtures.ts";
import { test as states } from "./states.ts";

test("a search is started, stopped and proven in Japanese", async ({ finder, server }) => {
  const { page } = finder;
  await page.getByRole("button", { name: "日本語" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await page.getByLabel("名前").fill(endlessName);
  await page.getByRole("button", { name: "検索", exact: true }).click();
  const card = page.getByRole("article", { name: endlessName });
  await expect(card).toContainText(/検索中… [1-9][\d,]*個のハッシュを計算/);
  await card.getByRole("button", { name: /^停止 / }).click();
  await expect(card).toContainText("サーバーが確認しました");
  await expect(finder.status).toContainText("サーバーが確認しました");
  await expectIdleForGood(server);
});

test("the chosen language and colours survive a reload", async ({ finder }) => {
  const { page } = finder;
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByRole("button", { name: "颜色：跟随系统" }).click();
  await page.getByRole("button", { name: "颜色：浅色" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "中文" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("button", { name: "颜色：深色" })).toBeVisible();
  await expect(page.locator("html")).toHaveCSS("color-scheme", "dark");
  await expect(page.getByText("服务器：已连接")).toBeVisible();
});

states("the chosen colours are there before the page's own scripts", async ({ page, statesUrl }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.route(/assets\/.*\.js$/, (route) => route.abort());
  await page.goto(statesUrl);
  await expect(page.locator("html")).toHaveCSS("color-scheme", "light dark");
  await page.evaluate(`localStorage.setItem("theme", "dark")`);
  await page.reload();
  await expect(page.locator("html")).toHaveCSS("color-scheme", "dark");
  await expect(page.locator("body")).toHaveCSS("background-color", "rgb(20, 22, 27)");
});

states.describe("a browser in Chinese", () => {
  states.use({ locale: "zh-CN" });

  states("is answered in Chinese, unless the address names another language", async ({ page, statesUrl }) => {
    await page.goto(`${statesUrl}?view=empty`);
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
    await page.goto(`${statesUrl}?view=empty&lang=ja`);
    await expect(page.locator("html")).toHaveAttribute("lang", "ja");
    await page.getByRole("button", { name: "English" }).click();
    await expect(page).toHaveURL(/lang=en/);
    await expect(page.getByRole("button", { name: "Search", exact: true })).toBeVisible();
  });
});

states("nothing turns for those who want no motion", async ({ page, openView }) => {
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await openView("running", "en");
  const glyph = page.locator('[data-state="running"] .glyph').first();
  await expect(glyph).toHaveCSS("animation-name", "turn");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await expect(glyph).toHaveCSS("animation-name", "none");
});

states("no line of Japanese ends within a word", async ({ page, openView }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  for (const view of ["all", "streams", "match"] as const) {
    await openView(view, "ja");
    // As text, because this project's checks know no DOM outside of web/.
    const broken = await page.evaluate<string[]>(`(() => {
      const words = new Intl.Segmenter("ja", { granularity: "word" });
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const broken = [];
      for (let node; (node = texts.nextNode()); ) {
        if (!node.parentElement.checkVisibility() || node.parentElement.closest(".unseen")) continue;
        for (const { segment, index } of words.segment(node.data)) {
          if (!/^[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}]+$/u.test(segment)) continue;
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + segment.length);
          const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
          if (new Set(tops).size > 1) broken.push(segment + " in " + node.data);
        }
      }
      return broken;
    })()`);
    expect(broken, view).toEqual([]);
  }
});

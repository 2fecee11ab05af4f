import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { languageCodes, test, viewNames } from "./states.ts";

const looks = [
  { name: "light", colorScheme: "light", forcedColors: "none" },
  { name: "dark", colorScheme: "dark", forcedColors: "none" },
  { name: "forced colours", colorScheme: "dark", forcedColors: "active" },
] as const;

for (const language of languageCodes) {
  for (const width of [1200, 360]) {
    test(`axe finds nothing in any state in ${language}, ${width} px wide`, async ({ page, openView }) => {
      test.setTimeout(120_000);
      await page.setViewportSize({ width, height: 800 });
      for (const view of viewNames) {
        await openView(view, language);
        for (const { name, ...media } of looks) {
          await page.emulateMedia(media);
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
          expect(found, `${view}, ${name}`).toEqual([]);
        }
        const scrollWidth = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(scrollWidth, `${view} is as wide as its window`).toBeLessThanOrEqual(width);
      }
    });
  }
}

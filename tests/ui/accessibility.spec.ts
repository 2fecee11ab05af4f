import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { languageCodes, test, viewNames } from "./states.ts";

const looks = [
  { name: "light", colorScheme: "light", forcedColors: "none" },
  { name: "dark", colorScheme: "dark", forcedColors: "none" },
  { name: "forced colours", colorScheme: "dark", forcedColors: "active" },
] as const;

for (const view of viewNames) {
  // All states at once take axe 4 s a look, so a test each; any other page a few tenths.
  for (const some of view === "all" ? looks.map((look) => [look]) : [looks]) {
    const names = some.map(({ name }) => name).join(", ");
    for (const language of languageCodes) {
      for (const width of [1200, 360]) {
        test(`axe finds nothing: ${view}, ${language}, ${width} px wide, ${names}`, async ({
          page,
          openView,
        }) => {
          await page.setViewportSize({ width, height: 800 });
          await openView(view, language);
          for (const [at, { name, ...media }] of some.entries()) {
            await page.emulateMedia(media);
            // Axe is in the page from the first look on: it takes a tenth of a second to load.
            const axe = new AxeBuilder({ page, ...(at > 0 && { axeSource: "void axe" }) });
            // Most of its time goes into contrast, which is the same in all languages: they have fonts of their own, no colours.
            const rules = { "color-contrast": { enabled: language === "en" } };
            // Its other mode is for frames of other origins, which the page has none of, and hands
            // every element that passes to the test and to another page: three times the work.
            const { violations } = await axe
              .setLegacyMode()
              .options({ resultTypes: ["violations"], rules })
              .analyze();
            const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
            expect(found, name).toEqual([]);
          }
          const scrollWidth = await page.evaluate<number>("document.documentElement.scrollWidth");
          expect(scrollWidth, "as wide as its window").toBeLessThanOrEqual(width);
        });
      }
    }
  }
}

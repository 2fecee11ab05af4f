import { expect } from "@playwright/test";
import vectors from "../vectors/hash-name.json" with { type: "json" };
import { test } from "./fixtures.ts";

for (const vector of vectors.find.filter(({ hashes_computed }) => hashes_computed < 100_000)) {
  test(`finds the recorded match of ${vector.desired_name} with ${vector.ideal_hamming_distance} wrong`, async ({
    finder,
  }) => {
    await finder.name.fill(vector.desired_name);
    await finder.page.getByLabel("Wrong letters allowed").selectOption(String(vector.ideal_hamming_distance));
    await finder.searchButton.click();
    const card = finder.card(vector.desired_name);
    await expect(card).toContainText(`Found after ${vector.hashes_computed.toLocaleString("en")} hash`);
    const match = card.getByRole("listitem");
    await expect(match).toHaveCount(1);
    await expect(match).toContainText(vector.hashed_name);
    await expect(match).toContainText(vector.secret);
  });
}

import { expect } from "@playwright/test";
import { patient } from "../../scripts/test-limits.ts";
import { golden } from "../support/vectors.ts";
import { test } from "./fixtures.ts";

test("a search finds the recorded matches", async ({ finder }) => {
  for (const vector of golden.find.filter(({ hashes_computed }) => hashes_computed < 100_000)) {
    await finder.name.fill(vector.desired_name);
    await finder.page.getByLabel("Wrong letters allowed").selectOption(String(vector.ideal_hamming_distance));
    await finder.searchButton.click();
    const card = finder.card(vector.desired_name);
    await expect(card).toContainText(`Found after ${vector.hashes_computed.toLocaleString("en")} hash`);
    const match = card.getByRole("listitem");
    await expect(match).toHaveCount(1);
    await expect(match).toContainText(vector.hashed_name);
    if (vector.secret !== "") await expect(match).toContainText(vector.secret);
    await expect(match.locator("mark")).toHaveText(new RegExp(`^.{${vector.desired_name.length}}$`));
  }
});

test("every near miss is streamed, in the order of wrong letters, with those marked", async ({ finder }) => {
  const hits = golden.readme_hits_for_doctor_within_1_in_first_million;
  await finder.showEveryNearMissUpTo(1);
  await finder.limit("Hashes", "1,000,000");
  const card = await finder.search("doctor");
  await expect(card).toContainText("Budget spent: 1,000,000 hashes.", { timeout: patient(25_000) });
  for (const { hashed_name, secret } of hits) {
    const match = card.getByRole("listitem").filter({ hasText: hashed_name });
    await expect(match).toContainText(secret);
    await expect(match).toContainText("1 wrong");
    await expect(match.locator("mark .wrong")).toHaveCount(1);
  }
});

test("after a match, the next one is found", async ({ finder }) => {
  const card = await finder.search("web");
  await expect(card).toContainText("Found after 3,553 hashes");
  await card.getByRole("button", { name: "Find next" }).click();
  await expect(card.getByRole("listitem")).toHaveCount(2);
  await expect(card).toContainText(/Found after [1-9][\d,]* hashes/);
});

// Every state of the page on its own, without a server: for screenshots and for
// the checks of accessibility. Served by `npm run dev` as /states.html?view=…,
// built only for tests, linked from nowhere.
import "../styles/main.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { setAccount, untilToken } from "../api/account.ts";
import { App } from "../ui/app.tsx";
import { startLanguage } from "../ui/frame/choose-language.ts";
import { startTheme } from "../ui/frame/theme.ts";
import type { Page } from "../ui/page.ts";
import { stillPage } from "./still-page.ts";
import { views } from "./views.ts";

async function start(): Promise<void> {
  const name = new URL(location.href).searchParams.get("view") ?? "all";
  const still = views[name];
  const root = document.getElementById("page");
  startTheme();
  await startLanguage();
  if (root && still) {
    if (still.isSignedIn) setAccount({ token: "none", name: "" });
    const page = stillPage(still);
    render(<App page={page} />, root);
    if (still.listsKeys) await listed(page);
    if (still.asksForToken) void untilToken();
    if (still.guide !== undefined) await opened(page);
    root.dataset.view = name;
  }
}

/** Opens the list of keys as soon as it is loaded and rendered. */
async function listed({ shortcuts }: Page): Promise<void> {
  await new Promise<void>((resolve) => {
    shortcuts.subscribe((list) => {
      if (list === undefined) return;
      setTimeout(() => {
        list.open();
        resolve();
      });
    });
  });
}

/** Waits until the guide is loaded, which is when it is asked for. */
async function opened(page: Page): Promise<void> {
  await new Promise<void>((resolve) => {
    effect(() => {
      if (page.guide()) resolve();
    });
  });
}

// Without a top-level await: see the page's own main.tsx.
void start();

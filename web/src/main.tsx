import "./styles/main.css";
import { render } from "preact";
import { createClients } from "./api/clients.ts";
import { keepPage } from "./offline/keep-page.ts";
import { App } from "./ui/app.tsx";
import { startLanguage } from "./ui/frame/choose-language.ts";
import { startTheme } from "./ui/frame/theme.ts";
import { createPage } from "./ui/page.ts";

async function start(): Promise<void> {
  const root = document.getElementById("page");
  startTheme();
  await startLanguage();
  if (root) render(<App page={createPage(createClients(location.origin))} />, root);
}

// Without a top-level await: it would split this script in six, and a dictionary that
// imports from the script that awaits it would wait for ever.
void start();
keepPage();

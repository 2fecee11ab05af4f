import "./styles/main.css";
import { render } from "preact";
import { createClients } from "./api/clients.ts";
import { App } from "./ui/app.tsx";
import { startLanguage } from "./ui/frame/choose-language.ts";
import { startTheme } from "./ui/frame/theme.ts";
import { createPage } from "./ui/page.ts";

const root = document.getElementById("page");
startTheme();
await startLanguage();
if (root) render(<App page={createPage(createClients(location.origin))} />, root);

import "./styles/main.css";
import { render } from "preact";
import { createClients } from "./api/clients.ts";
import { App } from "./ui/app.tsx";
import { createPage } from "./ui/page.ts";

const root = document.getElementById("page");
if (root) render(<App page={createPage(createClients(location.origin))} />, root);

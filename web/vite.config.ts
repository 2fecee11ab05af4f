import { defineConfig } from "vite";
import { binaryOnly } from "./binary-only.ts";
import { offlineWorker } from "./offline-worker.ts";
import { plainImports } from "./plain-imports.ts";
import { precompress } from "./precompress.ts";
import { publicUrl } from "./public-url.ts";

// In development the server runs Vite in middleware mode in its own process, so
// page and RPCs share one origin in both modes and no proxy stands between them.
// A build for tests (`--mode test`) also has the page of states.
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  plugins: [binaryOnly(), plainImports(), publicUrl(), offlineWorker(), precompress()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", ...(mode === "test" ? ["states.html"] : [])].map(
        (page) => `${import.meta.dirname}/${page}`,
      ),
    },
  },
}));

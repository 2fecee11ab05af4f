import { join } from "node:path";
import { defineConfig } from "vite";
import { precompress } from "./precompress.ts";

// In development the server runs Vite in middleware mode in its own process, so
// page and RPCs share one origin in both modes and no proxy stands between them.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [precompress(join(import.meta.dirname, "dist"))],
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", modulePreload: { polyfill: false } },
});

import { defineConfig } from "vite";

// In development the server runs Vite in middleware mode in its own process, so
// page and RPCs share one origin in both modes and no proxy stands between them.
export default defineConfig({
  root: import.meta.dirname,
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", modulePreload: { polyfill: false } },
});

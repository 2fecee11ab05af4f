import type { Plugin } from "vite";

const preloadHelper = /vite\/preload-helper\.js$/;

/**
 * Loads what is loaded later with a plain `import()`. Vite's own helper first adds links for
 * the styles that a part needs: no part of this page has styles of its own, and the helper
 * is 0.7 kB of the first load. A build in which a part has some fails.
 */
export function plainImports(): Plugin {
  return {
    name: "plain-imports",
    apply: "build",
    transform: {
      filter: { id: preloadHelper },
      handler: () => "export const __vitePreload = (load) => load();",
    },
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== "chunk" || !output.isDynamicEntry) continue;
        const [styles] = output.viteMetadata?.importedCss ?? [];
        if (styles !== undefined)
          this.error(
            `Cannot load ${output.fileName} with a plain import: it has styles of its own, ${styles}. Import those in web/src/styles/main.css.`,
          );
      }
    },
  };
}

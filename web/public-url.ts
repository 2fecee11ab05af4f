import type { Plugin } from "vite";

const variable = "HASH_FINDER_PUBLIC_URL";

/**
 * Puts the page's public address where links to it are told: who draws a card beside a link
 * asks for a whole address of its picture (https://ogp.me), and the page cannot know its own.
 * Without one the address is that of the same site, which some understand.
 */
export function publicUrl(address: string | undefined = process.env[variable]): Plugin {
  return {
    name: "public-url",
    transformIndexHtml: (html) => html.replaceAll("%PUBLIC_URL%", originOf(address)),
  };
}

/** "https://finder.example", without what follows it. */
function originOf(address: string | undefined): string {
  if (address === undefined || address === "") return "";
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/")
    throw new Error(
      `Cannot build the page for ${variable}="${address}": it is not the address of a site. Give one like https://finder.example.`,
    );
  return url.origin;
}

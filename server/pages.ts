import { existsSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import helmet from "helmet";
import type { ViteDevServer } from "vite";
import type { Handler } from "./edge/handler.ts";
import { pageFiles } from "./page-files.ts";

const webFolder = fileURLToPath(new URL("../web", import.meta.url));
const builtFolder = `${webFolder}/dist`;

/** Whether the page was built. */
export function pageIsBuilt(): boolean {
  return existsSync(`${builtFolder}/index.html`);
}

/**
 * Serves the built page, as it was when the server started, compressed where
 * the browser takes it. Files under assets/ carry a hash of their content in
 * their names: a browser need never ask for them again. All others, the page's service
 * worker among them, it asks for each time.
 */
export function builtPage(folder: string = builtFolder): Handler {
  const cacheControl = (path: string): string =>
    path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
  return pageFiles(folder, cacheControl, notFound);
}

/** Serves the page from its source; `server` carries the updates. */
export async function livePage(server: Server): Promise<{ handler: Handler; vite: ViteDevServer }> {
  const { createServer } = await import("vite");
  const vite = await createServer({
    root: webFolder,
    server: { middlewareMode: true, ws: { server } },
  });
  return {
    vite,
    handler: (request, response) => vite.middlewares(request, response, () => notFound(response)),
  };
}

/** Headers that tell the browser what the page may do, on every answer. */
export function secured(handler: Handler, { dev, hsts }: { dev: boolean; hsts: boolean }): Handler {
  const protect = helmet({
    // Vite's updates need inline scripts.
    contentSecurityPolicy: dev
      ? false
      : {
          useDefaults: false,
          directives: {
            defaultSrc: ["'self'"],
            imgSrc: ["'self'", "data:"],
            objectSrc: ["'none'"],
            baseUri: ["'none'"],
            formAction: ["'self'"],
            frameAncestors: ["'none'"],
          },
        },
    // Below, and only where asked for.
    strictTransportSecurity: false,
  });
  return (request, response) => {
    if (hsts && !isLocal(request)) response.setHeader("strict-transport-security", httpsForAYear);
    protect(request, response, () => handler(request, response));
  };
}

// Not for the names below this one: this server knows nothing of them.
const httpsForAYear = "max-age=31536000";

// A browser that was told so once would reach nothing else on its machine
// without HTTPS any more.
const localHost = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])\.?(:\d*)?$/i;

function isLocal(request: IncomingMessage): boolean {
  const authority = request.headers[":authority"] ?? request.headers.host ?? "localhost";
  return localHost.test(String(authority));
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
  response.end("There is no such page here.\n");
}

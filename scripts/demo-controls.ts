import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";

/** What the demo's own little page may do. */
export interface ControlsOptions {
  /** 0 for any free one, of the loopback address. */
  readonly port: number;
  /** Address of Hash Finder's page. */
  readonly page: string;
  readonly isRunning: () => readonly boolean[];
  /** Kills a machine that runs, starts one that does not. */
  readonly toggle: (index: number) => Promise<void>;
}

export interface Controls {
  readonly url: string;
  /** One at a time, whoever asks. */
  toggle(index: number): Promise<void>;
  close(): Promise<void>;
}

/** Serves a page with a button for each machine: it kills it, or starts it again. */
export async function startControls({ port, page, isRunning, toggle }: ControlsOptions): Promise<Controls> {
  let last: Promise<void> = Promise.resolve();
  const inTurn = (index: number): Promise<void> => {
    last = last.then(() => toggle(index)).catch((error: unknown) => console.error(String(error)));
    return last;
  };
  const server = createServer((request, response) => {
    // Only a page of this server's own may press: a foreign one could send a form.
    const { origin, host } = request.headers;
    const isOwn = host === own && (origin === undefined || origin === `http://${own}`);
    const pressed = /^\/machines\/([1-9])$/.exec(request.url ?? "")?.[1];
    if (!isOwn) end(response, 403);
    else if (request.method === "GET" && request.url === "/") show(response);
    else if (request.method === "POST" && pressed) {
      void inTurn(Number(pressed) - 1).then(() => response.writeHead(303, { location: "/" }).end());
    } else end(response, 404);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const own = `127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    url: `http://${own}`,
    toggle: inTurn,
    close: async () => {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await Promise.all([closed, last]);
    },
  };

  function show(response: ServerResponse): void {
    const buttons = isRunning().map(
      (runs, i) =>
        `<form method="post" action="/machines/${i + 1}"><button>${runs ? "Kill" : "Start"} machine ${i + 1}</button></form>`,
    );
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    response.end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Machines of Hash Finder</title>
<style>body{font:16px system-ui;margin:2rem;display:flex;gap:1rem;flex-wrap:wrap;align-items:center}button{font:inherit;padding:.5rem 1rem}</style>
<h1>Machines</h1>${buttons.join("\n")}<p><a href="${page}" target="_blank" rel="noopener">Open Hash Finder</a></p></html>
`,
    );
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from "node:net";

/** A stretch of network between a browser and a server, with the ways in which networks fail. */
export interface TcpProxy {
  /** The server's address through the proxy. */
  readonly url: string;
  /** Nothing passes and nothing closes, over new connections either. */
  freeze(): void;
  /** What was held back passes, and so does everything from now on. */
  thaw(): void;
  /** Resets every connection, and new ones as soon as they are made. */
  cut(): void;
  /** Takes new connections again after a cut. */
  mend(): void;
  /** Closes the server's side of every connection; the browser's side stays open and silent for ever. */
  forget(): void;
  /** Connections that the browser has open. */
  readonly connections: number;
  /** Sends new connections to another server. */
  redirect(url: string): void;
  close(): Promise<void>;
}

interface Pair {
  readonly browser: Socket;
  readonly server: Socket;
  isForgotten: boolean;
}

/** Starts a proxy on a free port that forwards to the server at `url`. */
export async function startTcpProxy(url: string): Promise<TcpProxy> {
  let target = new URL(url);
  let state: "forwards" | "frozen" | "cut" = "forwards";
  const pairs = new Set<Pair>();

  // A paused socket reads nothing, so neither data nor an end gets through.
  const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (browser) => {
    if (state === "cut") {
      browser.resetAndDestroy();
      return;
    }
    const server = tcpConnect({ host: "127.0.0.1", port: Number(target.port), allowHalfOpen: true });
    server.pause();
    const pair: Pair = { browser, server, isForgotten: false };
    pairs.add(pair);
    forward(pair, browser, server);
    forward(pair, server, browser);
    if (state === "forwards") resume(pair);
  });

  function forward(pair: Pair, from: Socket, to: Socket): void {
    from.on("data", (bytes) => to.write(bytes));
    from.on("end", () => {
      if (!pair.isForgotten) to.end();
    });
    from.on("error", () => {
      if (!pair.isForgotten) to.resetAndDestroy();
    });
    from.on("close", () => {
      if (pair.isForgotten && from === pair.server) return;
      pairs.delete(pair);
      to.destroy();
    });
  }

  function resume({ browser, server }: Pair): void {
    browser.resume();
    server.resume();
  }

  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  return {
    url: `${target.protocol}//localhost:${port}`,
    get connections() {
      return pairs.size;
    },
    freeze() {
      state = "frozen";
      for (const { browser, server } of pairs) {
        browser.pause();
        server.pause();
      }
    },
    thaw() {
      state = "forwards";
      for (const pair of pairs) resume(pair);
    },
    cut() {
      state = "cut";
      for (const { browser, server } of pairs) {
        browser.resetAndDestroy();
        server.resetAndDestroy();
      }
    },
    mend() {
      state = "forwards";
    },
    forget() {
      for (const pair of pairs) {
        pair.isForgotten = true;
        pair.server.resetAndDestroy();
      }
    },
    redirect(to) {
      target = new URL(to);
    },
    async close() {
      listener.close();
      for (const { browser, server } of pairs) {
        browser.destroy();
        server.destroy();
      }
      await once(listener, "close");
    },
  };
}

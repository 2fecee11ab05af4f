import type { Http2SecureServer, Http2Server, ServerHttp2Session } from "node:http2";
import type { TransportOptions } from "./options.ts";

const defaultPingEveryMs = 5000;

/**
 * Destroys HTTP/2 sessions whose other end has gone silent: within two PINGs'
 * time, 10 s. TCP alone would not notice for a quarter of an hour while there is
 * data to send.
 */
export function pingSessions(
  server: Http2Server | Http2SecureServer,
  { pingEveryMs = defaultPingEveryMs }: Pick<TransportOptions, "pingEveryMs">,
): void {
  server.on("session", (session: ServerHttp2Session) => {
    const pings = setInterval(pinging(session), pingEveryMs);
    session.once("close", () => clearInterval(pings));
    // The session closes after an error; there is nobody left to tell.
    session.on("error", () => {});
  });
}

/** Sends a PING; by the time of the next something must have arrived, its answer or anything else. */
function pinging(session: ServerHttp2Session): () => void {
  const { socket } = session;
  let readBefore = -1;
  return () => {
    // A destroyed session throws when it is pinged, and closes only later. One that
    // is closing, after GOAWAY of either side, sends no PING any more: its caller may
    // be silent until the last answer is there.
    if (session.destroyed || session.closed) return;
    const { bytesRead } = socket;
    if (bytesRead === readBefore) {
      session.destroy();
      return;
    }
    readBefore = bytesRead;
    session.ping(() => {});
  };
}

import type { ClientHttp2Session } from "node:http2";
import { Http2SessionManager } from "@connectrpc/connect-node";

/**
 * Connect's keeper of a connection to another server, which hears every error of it.
 *
 * When the other server says that it closes (GOAWAY) while no call is open, Connect
 * destroys the session with an error, which is emitted only in a later turn of the loop.
 * A call that is made meanwhile finds it destroyed and takes Connect's listeners off
 * it: the error is then nobody's, and ends this process.
 */
export class HeardSessions extends Http2SessionManager {
  readonly #heard = new WeakSet<ClientHttp2Session>();

  override async request(
    ...args: Parameters<Http2SessionManager["request"]>
  ): ReturnType<Http2SessionManager["request"]> {
    const stream = await super.request(...args);
    const { session } = stream;
    if (session && !this.#heard.has(session as ClientHttp2Session)) {
      this.#heard.add(session as ClientHttp2Session);
      // Connect hears it too, where there is something to be done about it.
      session.on("error", () => {});
    }
    return stream;
  }
}

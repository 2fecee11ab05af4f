import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onAbort } from "../calls/abort.ts";
import { host } from "./loopback.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** What can be done to a connection. */
export type Damage = "closed" | "reset" | "frozen" | "half open";

/** A TCP proxy before one server, which can damage the connections that go through it. */
export class TcpProxy {
  readonly #rehearsal: Rehearsal;
  readonly #pairs: (readonly [caller: Socket, handler: Socket])[] = [];
  readonly #server = createServer({ allowHalfOpen: true });

  constructor(target: number, rehearsal: Rehearsal) {
    this.#rehearsal = rehearsal;
    this.#server.on("connection", (caller) => {
      const handler = connect({ port: target, host: host, allowHalfOpen: true });
      this.#pairs.push([caller, handler]);
      caller.pipe(handler);
      handler.pipe(caller);
      for (const socket of [caller, handler]) {
        socket.setNoDelay();
        // Whoever is at its other end has left; "close" follows.
        socket.on("error", () => {});
        this.#heldUntilClosed(socket);
      }
    });
  }

  /** @returns its port */
  async listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(0, host, resolve);
    await promise;
    this.#heldUntilClosed(this.#server);
    onAbort(this.#rehearsal.signal, () => {
      this.cut();
      this.#server.close();
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Does it to every connection that there is. */
  damage(how: Damage): void {
    for (const [caller, handler] of this.#pairs) damages[how](caller, handler);
  }

  /** Closes every connection, in whatever state it is. */
  cut(): void {
    for (const socket of this.#pairs.flat()) socket.destroy();
  }

  #heldUntilClosed(closing: Socket | Server): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    closing.once("close", resolve);
    void this.#rehearsal.hold(promise);
  }
}

const damages: Record<Damage, (caller: Socket, handler: Socket) => void> = {
  // A FIN to each.
  closed: (caller, handler) => {
    caller.destroy();
    handler.destroy();
  },
  reset: (caller, handler) => {
    caller.resetAndDestroy();
    handler.resetAndDestroy();
  },
  // The kernel still acknowledges what comes until its buffers are full, as a
  // frozen process's does.
  frozen: (caller, handler) => {
    part(caller, handler);
    caller.pause();
    handler.pause();
  },
  // RFC 9293, section 3.5.1: one end has closed without the knowledge of the other.
  "half open": (caller, handler) => {
    part(caller, handler);
    handler.pause();
    caller.destroy();
  },
};

function part(caller: Socket, handler: Socket): void {
  caller.unpipe(handler);
  handler.unpipe(caller);
}

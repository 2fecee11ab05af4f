import { connect, type Socket } from "node:net";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { longDeadlines } from "../../client/long-deadlines.ts";
import { HeardSessions } from "../../client/node/heard-sessions.ts";
import { EventKind, LabService } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { onAbort } from "../calls/abort.ts";
import type { Admit } from "./places.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** A gRPC server of this process, for one rehearsal. It takes its calls on 127.0.0.1 only. */
export interface LoopbackServer {
  /** @returns its port; without one to listen on, any that is free */
  listen(port?: number): Promise<number>;
  /**
   * Takes no more calls, lets those under way finish for a time, tells the others
   * that it leaves, and closes. Safe to call twice: the shorter time counts.
   */
  stop(graceMs: number): Promise<void>;
}

/** How a server serves. */
export interface Serving {
  /** Between two PING frames; undefined: none are sent. */
  readonly pingEveryMs?: number | undefined;
  /** Lets streams in; without it all that come. */
  readonly admit?: Admit;
}

/** Makes a server that answers as the place. */
export type Serve = (place: string, how: Serving) => LoopbackServer;

/** Where all of them listen. */
export const host = "127.0.0.1";

export type LabClient = Client<typeof LabService>;

/** Starts a server of a rehearsal, and tells that it listens. It ends with the rehearsal, or when it is stopped before. */
export async function startServer(
  rehearsal: Rehearsal,
  serve: Serve,
  place: string,
  { port, ...how }: Serving & { readonly port?: number } = {},
): Promise<{ readonly port: number; stop(graceMs: number): Promise<void> }> {
  const server = serve(place, how);
  // Also when the rehearsal ends meanwhile: a server that is stopped before it listens would listen for ever.
  const listening = await rehearsal.hold(server.listen(port));
  const stop = (graceMs: number): Promise<void> => rehearsal.hold(server.stop(graceMs));
  onAbort(rehearsal.signal, () => void stop(0));
  rehearsal.teller(place)(EventKind.SERVER_LISTENS);
  return { port: listening, stop };
}

/** A client of gRPC over HTTP/2, on a connection of its own, which is cut when the rehearsal ends. */
export function loopbackClient(rehearsal: Rehearsal, port: number, pingEveryMs?: number): LabClient {
  const baseUrl = `http://${host}:${port}`;
  const pings = pingEveryMs === undefined ? {} : { pingIntervalMs: pingEveryMs, pingTimeoutMs: pingEveryMs };
  // Its sockets are cut, and not its sessions through the manager's `abort`: right
  // after a PING that was not answered, that takes the listener away from an error
  // that is still to come, which then ends the process.
  const createConnection = (): Socket => {
    const socket = connect({ host, port });
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const letGo = onAbort(rehearsal.signal, () => socket.destroy());
    socket.once("close", () => {
      letGo();
      resolve();
    });
    void rehearsal.hold(closed);
    return socket;
  };
  const sessionManager = new HeardSessions(baseUrl, pings, { createConnection });
  const transport = createGrpcTransport({ baseUrl, sessionManager, interceptors: [longDeadlines] });
  return createClient(LabService, transport);
}

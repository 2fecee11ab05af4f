import { connect } from "node:net";
import { type Client, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { ActivityService } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { type Clients, clientsOver } from "../support/clients.ts";
import type { Random } from "../support/random.ts";
import type { TestServer } from "../support/server.ts";
import type { Journal } from "./journal.ts";
import type { Lives } from "./lives.ts";

/** Somebody who calls, from an address of their own. */
export interface Caller {
  readonly web: Lives;
  readonly from: string;
  readonly random: Random;
  /** Aborts when there is to be silence. */
  readonly signal: AbortSignal;
  readonly journal: Journal;
}

export interface AllClients extends Clients {
  readonly activity: Client<typeof ActivityService>;
}

const protocols = ["gRPC-Web", "gRPC", "Connect", "Connect with JSON"] as const;

/** Clients of a random protocol. The connection is cut when `close` is called. */
export function connected(
  { from, random }: Caller,
  server: TestServer,
): { readonly protocol: string; readonly clients: AllClients } {
  const protocol = random.pick(protocols);
  const transport = transportOf(protocol, server, from);
  return {
    protocol,
    clients: { ...clientsOver(transport), activity: createClient(ActivityService, transport) },
  };
}

function transportOf(
  protocol: (typeof protocols)[number],
  { url, grpcUrl }: TestServer,
  localAddress: string,
): Transport {
  const http1 = {
    baseUrl: url,
    httpVersion: "1.1",
    nodeOptions: { localAddress, agent: false as const },
  } as const;
  switch (protocol) {
    case "gRPC-Web":
      return createGrpcWebTransport(http1);
    case "Connect":
      return createConnectTransport({ ...http1, useBinaryFormat: true });
    case "Connect with JSON":
      return createConnectTransport({ ...http1, useBinaryFormat: false });
    case "gRPC": {
      const port = Number(new URL(grpcUrl).port);
      const createConnection = () => connect({ host: "127.0.0.1", port, localAddress });
      return createGrpcTransport({
        baseUrl: grpcUrl,
        nodeOptions: { createConnection },
        idleConnectionTimeoutMs: 500,
      });
    }
  }
}

// What a server says that leaves or is full, and what a client says of its own stop.
const expected: readonly Code[] = [Code.Unavailable, Code.ResourceExhausted, Code.Canceled];

/**
 * Counts the code that a call ended with. One that nothing here makes a server say is a
 * failure; an error with a cause is the connection's, which breaks at every restart.
 */
export function heard(journal: Journal, what: string, error: unknown): ConnectError {
  const known = ConnectError.from(error);
  journal.count(`${what} that ended with ${Code[known.code]}`);
  if (!expected.includes(known.code) && known.cause === undefined)
    journal.fail(`one of the ${what}: ${known.message}`);
  return known;
}

/** Asks how a search ended, as a page does after a Stop. Undefined where the server does not know, or is away. */
export async function reportAfter(caller: Caller, searchId: string) {
  const { journal, web } = caller;
  try {
    const { clients } = connected(caller, web.now);
    const { report } = await clients.reports.getSearchReport({ searchId }, { timeoutMs: 20_000 });
    if (!report) throw new Error("an answer without a report");
    journal.count("reports read");
    journal.ended(searchId, report.ending);
    return report;
  } catch (error) {
    // The life that knew of it may be over. None may be late: it is asked for within moments.
    if (ConnectError.from(error).code !== Code.NotFound) heard(journal, "requests for a report", error);
    return undefined;
  }
}

import { randomUUID } from "node:crypto";
import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { longDeadlines } from "../client/long-deadlines.ts";
import { HeardSessions } from "../client/node/heard-sessions.ts";
import { HashFinder } from "../proto/gen/hash_name/hash_name_pb.ts";
import { ActivityService } from "../proto/gen/hash_name/v1/activity_pb.ts";
import { SearchReportService } from "../proto/gen/hash_name/v1/search_report_pb.ts";
import { searchOwnerHeader } from "../proto/headers.ts";
import type { Options } from "./options.ts";

// A server that says nothing for longer is asked whether it is still there, and
// has as long to answer.
const silenceMs = 5_000;

export interface Connection {
  readonly finder: Client<typeof HashFinder>;
  readonly reports: Client<typeof SearchReportService>;
  readonly activity: Client<typeof ActivityService>;
}

/** The services of the server over the protocol that was chosen. Connects with the first call. */
export function connectTo({ server: { url: baseUrl }, protocol, token }: Options): Connection {
  const interceptors = [signing(token), longDeadlines];
  const sessionManager = new HeardSessions(baseUrl, {
    pingIntervalMs: silenceMs,
    pingTimeoutMs: silenceMs,
  });
  const transports = {
    grpc: () => createGrpcTransport({ baseUrl, sessionManager, interceptors }),
    "grpc-web": () => createGrpcWebTransport({ baseUrl, httpVersion: "1.1", interceptors }),
    connect: () => createConnectTransport({ baseUrl, httpVersion: "1.1", interceptors }),
  };
  const transport = transports[protocol]();
  return {
    finder: createClient(HashFinder, transport),
    reports: createClient(SearchReportService, transport),
    activity: createClient(ActivityService, transport),
  };
}

/** Says on each call who makes it, and that its searches are nobody else's. */
function signing(token: string | undefined): Interceptor {
  const owner = randomUUID();
  return (next) => (request) => {
    request.header.set(searchOwnerHeader, owner);
    if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
}

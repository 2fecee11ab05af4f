import { randomUUID } from "node:crypto";
import {
  type CallOptions,
  type Client,
  ConnectError,
  createClient,
  type Transport,
} from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { type SearchReport, SearchReportService } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { Message } from "../../proto/gen/message_pb.ts";
import type { TestServer } from "./server.ts";

/** The clients of one way to reach the server. */
export interface Clients {
  readonly finder: Client<typeof HashFinder>;
  readonly reports: Client<typeof SearchReportService>;
  readonly streams: Client<typeof Message>;
}

/** gRPC-Web over HTTP/1.1, as browsers speak it. */
export function webClients({ url }: TestServer): Clients {
  return clientsOver(createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" }));
}

/** gRPC over HTTP/2 cleartext, as gRPC's own clients speak it. */
export function nativeClients({ grpcUrl }: Pick<TestServer, "grpcUrl">): Clients {
  return clientsOver(createGrpcTransport({ baseUrl: grpcUrl }));
}

/** The clients over any transport. */
export function clientsOver(transport: Transport): Clients {
  return {
    finder: createClient(HashFinder, transport),
    reports: createClient(SearchReportService, transport),
    streams: createClient(Message, transport),
  };
}

/** A search that does not end by itself in a test's time, and streams no match. */
export function endless(): { desiredName: string; searchId: string } {
  return { desiredName: "zzzzzzzzzzzz", searchId: randomUUID() };
}

/** The server's report, once the search has ended. */
export async function reportOf(
  { reports }: Pick<Clients, "reports">,
  searchId: string,
): Promise<SearchReport> {
  const { report } = await reports.getSearchReport({ searchId }, { timeoutMs: 5000 });
  if (!report) throw new Error("the server answered without a report");
  return report;
}

/** The error that a call ends with; undefined when it ends well. */
export async function errorOf(
  { finder }: Clients,
  call: "find" | "findRange",
  request: Parameters<Clients["finder"]["find"]>[0],
  options: CallOptions = {},
): Promise<ConnectError | undefined> {
  try {
    if (call === "find") await finder.find(request, options);
    else for await (const _ of finder.findRange(request, options));
    return undefined;
  } catch (error) {
    return ConnectError.from(error);
  }
}

/** The error that a keyed stream ends with; undefined when it ends well. */
export async function streamErrorOf({ streams }: Clients): Promise<ConnectError | undefined> {
  try {
    for await (const _ of streams.stream({ key: "k" }));
    return undefined;
  } catch (error) {
    return ConnectError.from(error);
  }
}

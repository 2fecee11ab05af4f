import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { longDeadlines } from "../../../client/long-deadlines.ts";
import { HashFinder } from "../../../proto/gen/hash_name/hash_name_pb.ts";
import { ActivityService } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import { SearchReportService } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import { Message } from "../../../proto/gen/message_pb.ts";
import { fetchInPieces } from "./in-pieces.ts";

/** The four services of the server, spoken to in gRPC-Web. */
export interface Clients {
  readonly finder: Client<typeof HashFinder>;
  readonly reports: Client<typeof SearchReportService>;
  readonly activity: Client<typeof ActivityService>;
  readonly streams: Client<typeof Message>;
}

export function createClients(baseUrl: string): Clients {
  const transport = createGrpcWebTransport({
    baseUrl,
    fetch: fetchInPieces,
    interceptors: [longDeadlines],
  });
  return {
    finder: createClient(HashFinder, transport),
    reports: createClient(SearchReportService, transport),
    activity: createClient(ActivityService, transport),
    streams: createClient(Message, transport),
  };
}

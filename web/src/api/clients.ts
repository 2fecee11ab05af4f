import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { HashFinder } from "../../../proto/gen/hash_name/hash_name_pb.ts";
import { ActivityService } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import { SearchReportService } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";

/** The three services of the server, spoken to in gRPC-Web. */
export interface Clients {
  readonly finder: Client<typeof HashFinder>;
  readonly reports: Client<typeof SearchReportService>;
  readonly activity: Client<typeof ActivityService>;
}

export function createClients(baseUrl: string): Clients {
  const transport = createGrpcWebTransport({ baseUrl });
  return {
    finder: createClient(HashFinder, transport),
    reports: createClient(SearchReportService, transport),
    activity: createClient(ActivityService, transport),
  };
}

import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { LabService } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { fetchSigned } from "./account.ts";

export type LabClient = Client<typeof LabService>;

/** The service for rehearsals. It is apart from the other clients, because only the guide needs it. */
export function createLabClient(baseUrl: string): LabClient {
  return createClient(LabService, createGrpcWebTransport({ baseUrl, fetch: fetchSigned }));
}

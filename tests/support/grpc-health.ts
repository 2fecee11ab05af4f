import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, type ClientReadableStream, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import {
  type HealthCheckRequest,
  HealthCheckRequestSchema,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatusSchema,
  HealthCheckResponseSchema,
} from "../../proto/gen/grpc/health/v1/health_pb.ts";

/** Asks for a server's health as balancers and probes do: with gRPC's own client for Node. */
export class GrpcHealth {
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(new URL(url).host, credentials.createInsecure());
  }

  /** The name of the status, or the error. */
  async check(service: string): Promise<string | ServiceError> {
    const { promise, resolve } = Promise.withResolvers<string | ServiceError>();
    const request = create(HealthCheckRequestSchema, { service });
    const deadline = { deadline: Date.now() + 5000 };
    this.#client.makeUnaryRequest(
      "/grpc.health.v1.Health/Check",
      encode,
      decode,
      request,
      new Metadata(),
      deadline,
      (error, answer) => resolve(error ?? healthName(answer)),
    );
    return await promise;
  }

  /** Opens a Watch, which the caller reads or cancels. */
  watch(service: string): ClientReadableStream<HealthCheckResponse> {
    const request = create(HealthCheckRequestSchema, { service });
    return this.#client.makeServerStreamRequest("/grpc.health.v1.Health/Watch", encode, decode, request);
  }

  close(): void {
    this.#client.close();
  }
}

/** How the contract calls the status. */
export function healthName(answer: HealthCheckResponse | undefined): string {
  return HealthCheckResponse_ServingStatusSchema.value[answer?.status ?? 0]?.name ?? "";
}

const encode = (message: HealthCheckRequest): Buffer =>
  Buffer.from(toBinary(HealthCheckRequestSchema, message));
const decode = (bytes: Uint8Array): HealthCheckResponse => fromBinary(HealthCheckResponseSchema, bytes);

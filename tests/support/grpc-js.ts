import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Client, type ClientReadableStream, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import {
  type HashNameRequest,
  HashNameRequestSchema,
  type HashNameResponse,
  HashNameResponseSchema,
} from "../../proto/gen/hash_name/hash_name_pb.ts";

/** A client from outside this stack: gRPC's own for Node, with this contract's messages. */
export class GrpcJsClient {
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(new URL(url).host, credentials.createInsecure());
  }

  /** Calls a method that takes a search's request; the answer, or the error. */
  async call(
    path: string,
    request: MessageInitShape<typeof HashNameRequestSchema>,
    options: { readonly deadline?: Date } = {},
  ): Promise<HashNameResponse | ServiceError> {
    const { promise, resolve } = Promise.withResolvers<HashNameResponse | ServiceError>();
    const message = create(HashNameRequestSchema, request);
    this.#client.makeUnaryRequest(path, encode, decode, message, new Metadata(), options, (error, answer) => {
      const outcome = error ?? answer;
      if (outcome) resolve(outcome);
    });
    return await promise;
  }

  /** Opens a FindRange, which the caller reads or cancels. */
  findRange(request: MessageInitShape<typeof HashNameRequestSchema>): ClientReadableStream<HashNameResponse> {
    const message = create(HashNameRequestSchema, request);
    return this.#client.makeServerStreamRequest("/hash_name.HashFinder/FindRange", encode, decode, message);
  }

  close(): void {
    this.#client.close();
  }
}

const encode = (message: HashNameRequest): Buffer => Buffer.from(toBinary(HashNameRequestSchema, message));
const decode = (bytes: Uint8Array): HashNameResponse => fromBinary(HashNameResponseSchema, bytes);

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

  /** @param ca the authority of a server over TLS */
  constructor(url: string, ca?: string) {
    const channel = ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca));
    this.#client = new Client(new URL(url).host, channel);
  }

  /** Calls a method that takes a search's request; the answer, or the error. */
  async call(
    path: string,
    request: MessageInitShape<typeof HashNameRequestSchema>,
    {
      headers = {},
      ...options
    }: { readonly deadline?: Date; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<HashNameResponse | ServiceError> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    const { promise, resolve } = Promise.withResolvers<HashNameResponse | ServiceError>();
    const message = create(HashNameRequestSchema, request);
    this.#client.makeUnaryRequest(path, encode, decode, message, metadata, options, (error, answer) => {
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
